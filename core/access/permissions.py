"""The one table of rights: which post may do which act, and how far it reaches (domain.md 1.4)."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Level(StrEnum):
    """Levels of the society's own tree (domain.md 1.1); `unit` is every kind below a township."""

    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"
    TOWNSHIP = "township"
    UNIT = "unit"


class Role(StrEnum):
    """A bundle of permissions; the level is the organization's, never part of a role's name."""

    SECRETARY = "secretary"
    COORDINATOR = "coordinator"
    OFFICER = "officer"
    TEAM_LEADER = "team_leader"
    SUPERVISOR = "supervisor"
    OPERATOR = "operator"
    PRIVACY_OFFICER = "privacy_officer"


class Permission(StrEnum):
    """One act that one may be allowed."""

    HOME_VIEW = "home:view"  # see the home page of an organization
    FIGURES_VIEW = "figures:view"  # see numbers and the organizations behind them
    POSTER_VIEW = "poster:view"  # show and print the join poster
    APPLICATIONS_VIEW = "applications:view"  # read applications to join, by name
    APPLICATIONS_DECIDE = "applications:decide"  # approve, return, undo
    MEMBERS_VIEW = "members:view"  # see members and volunteers by name
    EXPULSIONS_VIEW = "expulsions:view"  # read expulsions that one has to act on
    EXPULSIONS_PROPOSE = "expulsions:propose"  # propose, and record what the council decided
    EXPULSIONS_REVIEW = "expulsions:review"  # confirm or return what a council decided
    EXPULSIONS_APPEAL = "expulsions:appeal"  # decide what an expelled member appeals
    DEATHS_RECORD = "deaths:record"  # record that somebody died, and take a mistake back
    MEMBERS_PLACE = "members:place"  # find an organization for members of a closed one
    ORGANIZATIONS_CLOSE = "organizations:close"  # close an organization below, or undo it
    FOUNDINGS_KEEP = "foundings:keep"  # enter who asks for an organization, and what comes of it
    FOUNDINGS_DECIDE = "foundings:decide"  # reply to who asks for an organization
    ORGANIZATION_KEEP = "organization:keep"  # keep contact, council, quality list of the own one
    ORGANIZATIONS_GUIDE = "organizations:guide"  # return records of lower ones, suspend them
    CHECKLISTS_SET = "checklists:set"  # enter the quality list of organizations
    ORGANIZATIONS_MERGE = "organizations:merge"  # let organizations become one by a list, undo it
    MEMBERS_EXPORT = "members:export"  # take a list of members or volunteers as a file
    EXPORTS_APPROVE = "exports:approve"  # approve what others may not take by themselves
    FILTERS_KEEP = "filters:keep"  # keep filters of lists under a name
    PEOPLE_ENTER = "people:enter"  # enter members and volunteers for them, one or a list
    HONOURS_RECORD = "honours:record"  # record and revoke honours of members
    PEOPLE_REVEAL = "people:reveal"  # see an ID number or a phone, with a reason
    GROUPS_VIEW = "groups:view"  # see units that are group members or apply
    GROUPS_DECIDE = "groups:decide"  # enter, visit, approve, end group memberships
    GRADES_SET = "grades:set"  # make somebody an ordinary, special or permanent member
    PEOPLE_MERGE = "people:merge"  # compare records of one person, merge them, undo it
    FILINGS_VIEW = "filings:view"  # read filings of lower organizations
    FILINGS_DECIDE = "filings:decide"  # accept or return a filing
    HOURS_VIEW = "hours:view"  # read service records by name
    HOURS_CONFIRM = "hours:confirm"  # confirm, refuse, correct service records
    HOURS_ENTER = "hours:enter"  # enter hours for volunteers, key roll calls back from paper
    HOURS_SECOND = "hours:second"  # agree to hours that another line entered for volunteers
    CERTIFICATES_VIEW = "certificates:view"  # read the register of certificates of service
    CERTIFICATES_KEEP = "certificates:keep"  # replace and revoke certificates of service
    STARS_VIEW = "stars:view"  # read applications for stars, by name
    STARS_CHECK = "stars:check"  # check the hours behind an application for a star
    STARS_GRANT = "stars:grant"  # give public notice of a star, decide objections, revoke
    DUES_VIEW = "dues:view"  # read books, tariffs and figures of dues, no names
    DUES_RECORD = "dues:record"  # record payments and remittances, decide about unpaid dues
    DUES_SET = "dues:set"  # enter tariffs and splits
    VOLUNTEERS_REGISTER = "volunteers:register"  # decide who becomes a registered volunteer
    VOLUNTEERS_AUTHORIZE = "volunteers:authorize"  # let a lower organization decide that
    QUALIFICATIONS_CHECK = "qualifications:check"  # compare certificates with their originals
    TRAININGS_RECORD = "trainings:record"  # enter what volunteers were taught
    TEAMS_VIEW = "teams:view"  # see teams of volunteers, their leaders and sizes
    TEAMS_DECIDE = "teams:decide"  # approve, review, grade and dissolve teams
    OBJECTIONS_DECIDE = "objections:decide"  # decide what a volunteer objected to
    HOLDS_REVIEW = "holds:review"  # look into hours that are held, release or refuse them
    CHANGES_DECIDE = "changes:decide"  # decide what people ask to have put right about themselves
    ACTIVITIES_VIEW = "activities:view"  # read activities and how many signed up, no names
    ACTIVITIES_KEEP = "activities:keep"  # post, change, cancel activities, keep their rosters
    ACTIVITIES_REVIEW = "activities:review"  # agree to short notice and late entries below
    VENUES_VIEW = "venues:view"  # see venues, their hours, reviews and history; no names
    VENUES_KEEP = "venues:keep"  # keep the file, hours, pictures and people of own venues
    VENUES_DECIDE = "venues:decide"  # inspect, name, review, star and close venues
    SCHOOLS_KEEP = "schools:keep"  # keep the list of schools, reply to schools that found a branch
    PUPILS_VIEW = "pupils:view"  # see classes and pupils of a school, masked
    PUPILS_KEEP = "pupils:keep"  # keep classes, rosters, consents and attendance of a school
    PUPILS_APPROVE = "pupils:approve"  # let somebody see details of pupils, for a time
    CAMPAIGNS_KEEP = "campaigns:keep"  # call for campaigns of the schools below
    AUDITS_MAKE = "audits:make"  # make the yearly audit pack of minors' data
    EXCHANGE_KEEP = "exchange:keep"  # make batches for another volunteer system, read its receipts
    INDICATORS_SET = "indicators:set"  # enter versions of indicators, and targets
    COMPARISON_VIEW = "comparison:view"  # compare organizations of one level, never people
    SYSTEMS_KEEP = "systems:keep"  # give other systems a token to read numbers by, and revoke it
    STATISTICS_PUBLISH = "statistics:publish"  # publish statistics for everybody, take them back
    REPORTS_KEEP = "reports:keep"  # submit reports of the own place, explain corrections, reply
    REPORTS_DECIDE = "reports:decide"  # check, accept and return reports of lower places
    REPORTS_FREEZE = "reports:freeze"  # freeze reports, evaluate cities and counties
    MATTERS_VIEW = "matters:view"  # see which cases lie here, no names
    RIGHTS_ANSWER = "rights:answer"  # answer rights over data, complaints and questions
    MODULES_SWITCH = "modules:switch"  # say which modules are on where, from a coming day
    GRANTS_VIEW = "grants:view"  # see who holds which post
    GRANTS_GIVE = "grants:give"  # give, extend and end posts, agree to what others give
    POSTS_OWN = "posts:own"  # hand over one's own post, let somebody act for oneself
    ORDERS_VIEW = "orders:view"  # see alerts and supervision orders
    ORDERS_ISSUE = "orders:issue"  # give supervision orders to lower organizations, check them
    ORDERS_ANSWER = "orders:answer"  # receive a supervision order and reply to it
    ALERTS_SET = "alerts:set"  # say from where on a figure is yellow and red
    SYSTEM_VIEW = "system:view"  # see the state of the installation, no personal data


class Reach(StrEnum):
    """How far a right goes from the organization where the post is held."""

    HERE = "here"
    DIRECT = "direct"  # here, and at the grassroots organizations right under it
    BELOW = "below"


Rights = Mapping[Permission, Reach]

_P = Permission
_HERE, _DIRECT, _BELOW = Reach.HERE, Reach.DIRECT, Reach.BELOW

#: What nobody does who acts for another: he gives no posts and passes none on, and he is not the
#: second person for whoever chose him (security.md AZ-09, LED-04).
NOT_BY_DEPUTIES = frozenset(
    {_P.GRANTS_GIVE, _P.POSTS_OWN, _P.EXPORTS_APPROVE, _P.PUPILS_APPROVE, _P.SYSTEMS_KEEP}
)

_OWN_POST: Rights = {_P.POSTS_OWN: _HERE}
_SEES_NUMBERS: Rights = {
    **_OWN_POST,
    _P.HOME_VIEW: _BELOW,
    _P.FIGURES_VIEW: _BELOW,
    _P.DUES_VIEW: _BELOW,
    _P.ACTIVITIES_VIEW: _BELOW,
    _P.VENUES_VIEW: _BELOW,
    _P.ORDERS_VIEW: _BELOW,
}
_KEEPS_BOOK: Rights = {
    **_SEES_NUMBERS,
    _P.DUES_RECORD: _HERE,
    _P.ACTIVITIES_KEEP: _HERE,
    _P.VENUES_KEEP: _HERE,
    _P.ORDERS_ANSWER: _HERE,
}
#: Whoever supervises a level, or belongs to it (ux.md 0.3): staff of county and above.
_COMPARES: Rights = {_P.COMPARISON_VIEW: _BELOW}
_SUPERVISES: Rights = {**_SEES_NUMBERS, **_COMPARES}
_LEADS_TEAM: Rights = {**_OWN_POST, _P.HOME_VIEW: _HERE, _P.FIGURES_VIEW: _HERE}

#: Who may give what is told by the lattice (accounts.rules.grants); this is how far it may reach.
_GIVES_POSTS: Rights = {_P.GRANTS_VIEW: _BELOW, _P.GRANTS_GIVE: _BELOW}

#: Group members belong to the Red Cross that decided for them, county or above (domain.md MEM-11).
_KEEPS_GROUPS: Rights = {_P.GROUPS_VIEW: _HERE, _P.GROUPS_DECIDE: _HERE}

#: Certificates stand in the register of the Red Cross that issued them (domain.md VOL-42).
#: Stars are granted by the level that the matrix of the day names (VOL-30).
_KEEPS_REGISTER: Rights = {
    _P.CERTIFICATES_VIEW: _HERE,
    _P.CERTIFICATES_KEEP: _HERE,
    _P.STARS_VIEW: _HERE,
    _P.STARS_CHECK: _HERE,
    _P.STARS_GRANT: _HERE,
}

#: An organization keeps its own file and council; a Red Cross founds those under it, a township
#: its villages (domain.md 1.2, ORG-01).
_FOUNDS: Rights = {
    _P.ORGANIZATION_KEEP: _HERE,
    _P.FOUNDINGS_KEEP: _HERE,
    _P.FOUNDINGS_DECIDE: _HERE,
}

#: City and province act on people only where no lower level may: an appeal, what a county organized
#: itself, its only officer who asks for something himself (LED-04, MEM-44, VOL-29), and the units
#: that stand right under them (ORG-06, ADR 0033). Names stay masked there (decisions.md D10).
#: They approve the files that lower levels may not take by themselves (EXP-05), and merge records
#: of two counties. They agree to hours that a county entered: nobody of its own line may (LED-05).
_KEEPS_OFFICE: Rights = {
    **_KEEPS_BOOK,
    **_COMPARES,
    **_FOUNDS,
    _P.REPORTS_KEEP: _HERE,
    _P.REPORTS_DECIDE: _BELOW,
    _P.ORGANIZATIONS_GUIDE: _DIRECT,
    _P.ORDERS_ISSUE: _HERE,
    **_GIVES_POSTS,
    **_KEEPS_GROUPS,
    **_KEEPS_REGISTER,
    _P.GRADES_SET: _HERE,
    _P.EXPULSIONS_VIEW: _HERE,
    _P.EXPULSIONS_REVIEW: _HERE,
    _P.EXPULSIONS_APPEAL: _HERE,
    _P.EXPORTS_APPROVE: _HERE,
    _P.VOLUNTEERS_REGISTER: _HERE,
    _P.OBJECTIONS_DECIDE: _HERE,
    _P.HOLDS_REVIEW: _HERE,
    _P.ACTIVITIES_REVIEW: _HERE,
    _P.VENUES_DECIDE: _HERE,
    _P.HOURS_SECOND: _HERE,
    _P.PEOPLE_MERGE: _HERE,
    _P.APPLICATIONS_VIEW: _HERE,
    _P.APPLICATIONS_DECIDE: _HERE,
    _P.HOURS_VIEW: _HERE,
    _P.HOURS_CONFIRM: _HERE,
    _P.TEAMS_VIEW: _HERE,
    _P.TEAMS_DECIDE: _HERE,
    _P.CHANGES_DECIDE: _HERE,
    _P.MATTERS_VIEW: _HERE,
    _P.RIGHTS_ANSWER: _HERE,
    _P.MEMBERS_PLACE: _HERE,
    _P.ORGANIZATIONS_CLOSE: _DIRECT,
    _P.ORGANIZATIONS_MERGE: _HERE,
}

_KEEPS_BRANCH: Rights = {
    **_KEEPS_BOOK,
    _P.ORGANIZATION_KEEP: _HERE,
    **_GIVES_POSTS,
    _P.POSTER_VIEW: _BELOW,
    _P.APPLICATIONS_VIEW: _HERE,
    _P.APPLICATIONS_DECIDE: _HERE,
    _P.MEMBERS_VIEW: _BELOW,
    _P.MEMBERS_EXPORT: _BELOW,
    _P.FILTERS_KEEP: _HERE,
    _P.PEOPLE_ENTER: _HERE,
    _P.HONOURS_RECORD: _HERE,
    _P.EXPULSIONS_VIEW: _HERE,
    _P.EXPULSIONS_PROPOSE: _HERE,
    _P.DEATHS_RECORD: _HERE,
    _P.PEOPLE_REVEAL: _HERE,
    _P.HOURS_VIEW: _HERE,
    _P.HOURS_CONFIRM: _HERE,
    _P.HOURS_ENTER: _HERE,
    _P.HOURS_SECOND: _HERE,
    _P.VOLUNTEERS_REGISTER: _HERE,
    _P.QUALIFICATIONS_CHECK: _HERE,
    _P.TRAININGS_RECORD: _HERE,
    _P.STARS_VIEW: _HERE,
    _P.STARS_CHECK: _HERE,
    _P.TEAMS_VIEW: _BELOW,
    _P.TEAMS_DECIDE: _HERE,
    _P.CHANGES_DECIDE: _HERE,
    _P.MATTERS_VIEW: _HERE,
    _P.RIGHTS_ANSWER: _HERE,
}

#: Pupils are seen at their own school only (decisions.md D10); there a coordinator keeps them, and
#: the responsible secretary says whether a detail may be looked at (domain.md PRI-04).
_KEEPS_SCHOOL: Rights = {**_KEEPS_BRANCH, _P.PUPILS_VIEW: _HERE, _P.PUPILS_KEEP: _HERE}

_KEEPS_COUNTY: Rights = {
    **_KEEPS_BOOK,
    **_COMPARES,
    **_FOUNDS,
    _P.REPORTS_KEEP: _HERE,
    _P.ORGANIZATIONS_GUIDE: _BELOW,
    _P.ORDERS_ISSUE: _HERE,
    **_GIVES_POSTS,
    **_KEEPS_GROUPS,
    **_KEEPS_REGISTER,
    _P.GRADES_SET: _BELOW,
    _P.POSTER_VIEW: _BELOW,
    _P.APPLICATIONS_VIEW: _BELOW,
    _P.APPLICATIONS_DECIDE: _HERE,
    _P.MEMBERS_VIEW: _BELOW,
    _P.MEMBERS_EXPORT: _BELOW,
    _P.EXPORTS_APPROVE: _HERE,
    _P.FILTERS_KEEP: _HERE,
    _P.PEOPLE_ENTER: _BELOW,
    _P.HONOURS_RECORD: _BELOW,
    _P.EXPULSIONS_VIEW: _HERE,
    _P.EXPULSIONS_PROPOSE: _HERE,
    _P.EXPULSIONS_REVIEW: _HERE,
    _P.DEATHS_RECORD: _HERE,
    _P.MEMBERS_PLACE: _HERE,
    _P.ORGANIZATIONS_CLOSE: _BELOW,
    _P.ORGANIZATIONS_MERGE: _HERE,
    _P.PEOPLE_REVEAL: _BELOW,
    _P.PEOPLE_MERGE: _HERE,
    _P.FILINGS_VIEW: _HERE,
    _P.FILINGS_DECIDE: _HERE,
    _P.HOURS_VIEW: _BELOW,
    _P.HOURS_CONFIRM: _HERE,
    _P.HOURS_ENTER: _BELOW,
    _P.HOURS_SECOND: _HERE,
    _P.VOLUNTEERS_REGISTER: _HERE,
    _P.VOLUNTEERS_AUTHORIZE: _BELOW,
    _P.QUALIFICATIONS_CHECK: _HERE,
    _P.TRAININGS_RECORD: _HERE,
    _P.TEAMS_VIEW: _BELOW,
    _P.TEAMS_DECIDE: _HERE,
    _P.OBJECTIONS_DECIDE: _HERE,
    _P.HOLDS_REVIEW: _HERE,
    _P.CHANGES_DECIDE: _HERE,
    _P.MATTERS_VIEW: _HERE,
    _P.RIGHTS_ANSWER: _HERE,
    _P.ACTIVITIES_REVIEW: _HERE,
    _P.VENUES_DECIDE: _HERE,
    _P.SCHOOLS_KEEP: _HERE,
    _P.PUPILS_APPROVE: _HERE,
    _P.CAMPAIGNS_KEEP: _HERE,
    _P.AUDITS_MAKE: _HERE,
}

#: Who answers for personal information (domain.md 1.4): requests, looks at minors' data, the yearly
#: audit of them; numbers, and no business of anybody's.
_ANSWERS_FOR_DATA: Rights = {
    **_OWN_POST,
    _P.HOME_VIEW: _BELOW,
    _P.FIGURES_VIEW: _BELOW,
    _P.MATTERS_VIEW: _HERE,
    _P.RIGHTS_ANSWER: _HERE,
}
_GUARDS_MINORS: Rights = {_P.PUPILS_APPROVE: _HERE, _P.AUDITS_MAKE: _HERE}

#: (role, level of the organization where it is held) -> permission -> reach.
#: Names of people stop at the county: city and province see numbers (decisions.md D10, D11), and
#: the units that are their own group members.
RIGHTS: Mapping[tuple[Role, Level], Rights] = {
    (Role.SECRETARY, Level.UNIT): {**_KEEPS_BRANCH, _P.PUPILS_APPROVE: _HERE},
    (Role.SECRETARY, Level.TOWNSHIP): {**_KEEPS_BRANCH, **_FOUNDS},
    (Role.COORDINATOR, Level.UNIT): _KEEPS_SCHOOL,
    (Role.OFFICER, Level.COUNTY): _KEEPS_COUNTY,
    (Role.OFFICER, Level.CITY): _KEEPS_OFFICE,
    (Role.OFFICER, Level.PROVINCE): {
        **_KEEPS_OFFICE,
        _P.DUES_SET: _HERE,
        _P.CHECKLISTS_SET: _HERE,
        _P.MODULES_SWITCH: _HERE,
        _P.EXCHANGE_KEEP: _HERE,
        _P.CAMPAIGNS_KEEP: _HERE,
        _P.AUDITS_MAKE: _HERE,
        _P.STATISTICS_PUBLISH: _HERE,
        _P.INDICATORS_SET: _HERE,
        _P.ALERTS_SET: _HERE,
        _P.REPORTS_FREEZE: _HERE,
        _P.SYSTEMS_KEEP: _HERE,
    },
    (Role.TEAM_LEADER, Level.UNIT): _LEADS_TEAM,
    (Role.TEAM_LEADER, Level.TOWNSHIP): _LEADS_TEAM,
    (Role.SUPERVISOR, Level.COUNTY): _SUPERVISES,
    (Role.SUPERVISOR, Level.CITY): _SUPERVISES,
    (Role.SUPERVISOR, Level.PROVINCE): _SUPERVISES,
    (Role.OPERATOR, Level.PROVINCE): {**_OWN_POST, _P.SYSTEM_VIEW: _HERE},
    (Role.PRIVACY_OFFICER, Level.COUNTY): {**_ANSWERS_FOR_DATA, **_GUARDS_MINORS},
    (Role.PRIVACY_OFFICER, Level.CITY): _ANSWERS_FOR_DATA,
    (Role.PRIVACY_OFFICER, Level.PROVINCE): {**_ANSWERS_FOR_DATA, _P.AUDITS_MAKE: _HERE},
}


def rights_of(role: Role, level: Level) -> Rights:
    """Return what a role may do where it is held; nothing for a pair not in the table."""
    return RIGHTS.get((role, level), {})

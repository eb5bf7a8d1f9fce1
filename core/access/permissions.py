"""Levels, roles and acts: the words of the table of rights (core.access.rights)."""

from __future__ import annotations

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

"""Which role may do what at which level, and how far: one table of data (architecture.md 1.3)."""

from __future__ import annotations

from collections.abc import Mapping

from core.access.permissions import Level, Permission, Reach, Role

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
    (Role.OFFICER, Level.CITY): {**_KEEPS_OFFICE, _P.PUPILS_APPROVE: _HERE},
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
    (Role.PRIVACY_OFFICER, Level.CITY): {**_ANSWERS_FOR_DATA, _P.PUPILS_APPROVE: _HERE},
    (Role.PRIVACY_OFFICER, Level.PROVINCE): {**_ANSWERS_FOR_DATA, _P.AUDITS_MAKE: _HERE},
}


def rights_of(role: Role, level: Level) -> Rights:
    """Return what a role may do where it is held; nothing for a pair not in the table."""
    return RIGHTS.get((role, level), {})

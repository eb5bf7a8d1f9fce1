"""Pages of a volunteer's life beyond his hours, and of those who keep it."""

from __future__ import annotations

from tests.e2e.sheets import Sheet, press

VOLUNTEER_SHEETS = (
    Sheet("volunteers.own_volunteer", "ada", "/me/volunteer"),
    Sheet("volunteers.own_volunteer", "mia", "/me/volunteer", state="none"),
    Sheet("volunteers.own_registration", "gus", "/me/volunteer/registration", state="missing"),
    Sheet("volunteers.own_registration", "ada", "/me/volunteer/registration", state="returned"),
    Sheet("members.verify", None, "/v/{volunteer_card}", state="volunteer"),
    Sheet("volunteers.list_registrations", "cora", "/o/{county}/registrations"),
    Sheet("volunteers.list_registrations", "ben", "/o/{branch}/registrations", state="none"),
    Sheet("volunteers.show_registration", "cora", "/o/{county}/registrations/{registration}"),
    Sheet(
        "volunteers.show_registration",
        "cora",
        "/o/{county}/registrations/{registration}",
        press("退回"),
        "wrong",
    ),
    Sheet("volunteers.own_agreements", "ada", "/me/volunteer/agreements"),
    Sheet("volunteers.leave_volunteering", "ada", "/me/volunteer/leave"),
    Sheet(
        "volunteers.leave_volunteering",
        "ada",
        "/me/volunteer/leave",
        press("退出志愿者"),
        "wrong",
    ),
    Sheet("volunteers.own_teams", "ada", "/me/teams"),
    Sheet("volunteers.own_teams", "gus", "/me/teams", state="to join"),
    Sheet("volunteers.own_team", "ada", "/me/teams/{own_team}", state="leader"),
    Sheet("volunteers.own_team", "gus", "/me/teams/{own_team}"),
    Sheet("volunteers.found_team", "ada", "/me/teams/new"),
    Sheet("volunteers.found_team", "ada", "/me/teams/new", press("提交申请"), "wrong"),
    Sheet("volunteers.amend_team", "gus", "/me/teams/{returned_team}/edit"),
    Sheet("volunteers.list_teams", "ben", "/o/{branch}/teams"),
    Sheet("volunteers.list_teams", "bea", "/o/{quiet}/teams", state="none"),
    Sheet("volunteers.show_team", "ben", "/o/{branch}/teams/{own_team}"),
    Sheet("volunteers.show_team", "ben", "/o/{branch}/teams/{new_team}", press("退回"), "wrong"),
    Sheet("volunteers.grade_team", "ben", "/o/{branch}/teams/{own_team}/grade"),
    Sheet("volunteers.own_skills", "ada", "/me/volunteer/skills"),
    Sheet("volunteers.own_qualifications", "ada", "/me/volunteer/qualifications"),
    Sheet("volunteers.own_qualifications", "gus", "/me/volunteer/qualifications", state="none"),
    Sheet("volunteers.add_qualification", "ada", "/me/volunteer/qualifications/new"),
    Sheet(
        "volunteers.add_qualification",
        "ada",
        "/me/volunteer/qualifications/new",
        press("保存"),
        "wrong",
    ),
    Sheet(
        "volunteers.amend_qualification", "ada", "/me/volunteer/qualifications/{own_certificate}"
    ),
    Sheet("volunteers.list_qualifications", "ben", "/o/{branch}/qualifications"),
    Sheet("volunteers.list_qualifications", "bea", "/o/{quiet}/qualifications", state="none"),
    Sheet("volunteers.show_qualification", "ben", "/o/{branch}/qualifications/{certificate}"),
    Sheet("volunteers.list_trainings", "ben", "/o/{branch}/trainings"),
    Sheet("volunteers.list_trainings", "bea", "/o/{quiet}/trainings", state="none"),
    Sheet("volunteers.record_training", "ben", "/o/{branch}/trainings/new"),
    Sheet("volunteers.record_training", "ben", "/o/{branch}/trainings/new", press("登记"), "wrong"),
    Sheet("volunteers.show_training", "ben", "/o/{branch}/trainings/{training}"),
    Sheet("volunteers.show_volunteer", "ben", "/o/{branch}/volunteers/{skilled}", state="skilled"),
    Sheet("volunteers.registration_authority", "cora", "/o/{branch}/registration-authority"),
)

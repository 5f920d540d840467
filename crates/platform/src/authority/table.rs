//! The table: which role may do which act, with the act's name in Chinese and English. Pure.

use std::fmt::Write as _;

use super::Act;
use super::right::Right::{self, Credits, Desk, Hosting, Judging, People, Reading};
use crate::auth::Account;
use crate::auth::Role::{self, AuthorityAdmin, UnitAdmin};
use crate::http::WhoMay;

/// One line of the table.
struct Line {
    roles: &'static [Role],
    /// The rights that hold the act; none of one that full admins alone may do.
    rights: &'static [Right],
    chinese: &'static str,
    english: &'static str,
}

/// A unit's admins run its courses and apply for its projects; authorities look on and judge.
#[expect(clippy::too_many_lines, reason = "a table has a line for each act")]
const fn line(act: Act) -> Line {
    const EVERYBODY: &[Role] = &[UnitAdmin, AuthorityAdmin];
    const UNIT: &[Role] = &[UnitAdmin];
    const AUTHORITY: &[Role] = &[AuthorityAdmin];
    const ALL: &[Right] = Right::ALL;
    const NONE: &[Right] = &[];
    const HOST: &[Right] = &[Hosting];
    const JUDGE: &[Right] = &[Judging];
    const HALL: &[Right] = &[Hosting, Desk];
    const IN_HALL: &[Right] = &[Hosting, Desk, Reading];
    const RECORDS: &[Right] = &[Hosting, Desk, Credits, Reading];
    const EXPORTS: &[Right] = &[Hosting, Credits, Reading];
    const PROJECTS: &[Right] = &[Hosting, Judging, Credits, Reading];
    const DESK: &[Right] = &[Desk];
    const READ: &[Right] = &[Reading];
    const PEOPLES: &[Right] = &[People];
    const REGISTRATIONS: &[Right] = &[People, Reading];
    let (roles, rights, chinese, english) = match act {
        Act::SeeCourses => (EVERYBODY, ALL, "查看课程及当日人数", "see courses and the day's numbers"),
        Act::ChangeSettings => (UNIT, HOST, "修改课程设置", "change a course's settings"),
        Act::SeeScreens => (EVERYBODY, IN_HALL, "查看投屏", "see which screens are open"),
        Act::OpenScreen => (UNIT, HALL, "打开投屏", "open a screen"),
        Act::IssueTicket => (UNIT, HALL, "打开新的投屏页", "open another page of a screen"),
        Act::CloseScreen => (UNIT, HALL, "关闭投屏", "close a screen"),
        Act::ReplaceScreen => (UNIT, HALL, "更换投屏", "close a screen and open another in its place"),
        Act::EnterPairing => (UNIT, HALL, "以配对码打开投屏", "make a page on another computer a screen"),
        Act::SeeCode => (UNIT, HALL, "查看签到二维码", "see a screen's current code"),
        Act::SeeRecords => (EVERYBODY, RECORDS, "查看考勤明细", "see attendance records"),
        Act::ExportRecords => (EVERYBODY, EXPORTS, "导出考勤明细", "export attendance records"),
        Act::PrintSignInSheet => (EVERYBODY, RECORDS, "打印签到表", "print a course's sign-in sheet"),
        Act::LookUpPeople => (UNIT, DESK, "查找待签到人员", "look a person up to check them in"),
        Act::AssistCheckIn => (UNIT, DESK, "协助签到", "check a person in on the staff's word"),
        Act::GiveVerdict => (UNIT, HOST, "处理可疑签到", "keep or strike suspected check-ins"),
        Act::SeeSpotChecks => (EVERYBODY, IN_HALL, "查看抽查", "see spot checks and who has not answered"),
        Act::OrderSpotCheck => (UNIT, HALL, "发起抽查", "order a spot check"),
        Act::CancelSpotCheck => (UNIT, HALL, "取消抽查", "cancel a spot check"),
        Act::SeeHeadCounts => (EVERYBODY, IN_HALL, "查看清点人数", "see head counts"),
        Act::CountHeads => (UNIT, HALL, "记录清点人数", "record a head count"),
        Act::SeeProjects => {
            (EVERYBODY, PROJECTS, "查看项目及审核进度", "see projects and how far their reviews are")
        }
        Act::PlanProject => (UNIT, HOST, "修改项目计划", "change a project's plan"),
        Act::SubmitProject => (UNIT, HOST, "提交项目审核", "submit a project for its review"),
        Act::WithdrawProject => (UNIT, HOST, "撤回项目审核", "withdraw a project from its review"),
        Act::JudgeProject => (AUTHORITY, JUDGE, "审核项目", "judge projects"),
        Act::SeeRegistrations => (EVERYBODY, REGISTRATIONS, "查看注册申请", "see who has registered"),
        Act::CorrectRegistration => {
            (UNIT, PEOPLES, "更正注册信息", "put a registration right before its verdict")
        }
        Act::JudgeRegistration => (UNIT, PEOPLES, "审核注册申请", "judge registrations"),
        Act::SeeNumberClaims => {
            (EVERYBODY, REGISTRATIONS, "查看号码认领", "see who claims a document number that is taken")
        }
        // The authority's, too: of units that are closed, and of those that have no admin.
        Act::JudgeNumberClaim => (
            EVERYBODY,
            PEOPLES,
            "查看证件照片并审核号码认领",
            "look at the photo of a claim of a document number, and judge it",
        ),
        Act::SeePeople => (EVERYBODY, REGISTRATIONS, "查看单位人员", "see a unit's people"),
        Act::PrintReviewList => {
            (EVERYBODY, REGISTRATIONS, "打印审核名单", "print a list of a unit's people to be signed")
        }
        Act::ChangePerson => {
            (UNIT, PEOPLES, "修改人员的科室、职称等信息", "change a person's department and title")
        }
        Act::CorrectPerson => (
            UNIT,
            PEOPLES,
            "更正人员的姓名、证件号码、手机号和医通卡号",
            "put a person's name, document number, phone or card number right",
        ),
        Act::ImportPeople => (EVERYBODY, PEOPLES, "导入人员", "import people from a file"),
        Act::InvitePeople => {
            (EVERYBODY, PEOPLES, "短信邀请人员登录", "invite people by text message to log in")
        }
        Act::ChangePersonState => {
            (UNIT, PEOPLES, "申请变更人员状态", "apply for a change of a person's state")
        }
        Act::JudgePersonState => (AUTHORITY, PEOPLES, "审核人员状态变更", "judge changes of people's states"),
        // The authority's, too, of a unit that is closed: it has no admin left who could.
        Act::LetGoPerson => {
            (EVERYBODY, PEOPLES, "办理人员调出", "let people go to other units, or keep them after all")
        }
        Act::TakeInPerson => (UNIT, PEOPLES, "调入人员", "take in people whom other units have let go"),
        Act::MergePeople => (
            AUTHORITY,
            PEOPLES,
            "合并重复注册的人员，或撤销合并",
            "merge people who are registered twice, or undo it",
        ),
        Act::SeeAdmins => (EVERYBODY, NONE, "查看管理员", "see who the administrators are"),
        Act::InviteAdmin => (EVERYBODY, NONE, "生成管理员链接", "make a link for an administrator"),
        Act::DisableAdmin => {
            (EVERYBODY, NONE, "停用或启用管理员账号", "disable or enable an administrator's account")
        }
        Act::ResetAdmin => (
            EVERYBODY,
            NONE,
            "重置管理员密码或第二道验证",
            "reset an administrator's password or second step",
        ),
        Act::GiveRights => (EVERYBODY, NONE, "设置子账号权限", "choose what a sub-account may do"),
        Act::SeeUnits => (EVERYBODY, REGISTRATIONS, "查看单位与科室", "see units and their departments"),
        Act::AddUnit => (AUTHORITY, PEOPLES, "新增单位", "enter a unit"),
        Act::ChangeUnit => {
            (AUTHORITY, PEOPLES, "修改单位信息", "change what a unit is called and what it is")
        }
        Act::MoveUnit => (AUTHORITY, PEOPLES, "调整单位的主管部门", "give a unit to another authority"),
        Act::CloseUnit => (AUTHORITY, PEOPLES, "停用或恢复单位", "close a unit, or open it again"),
        Act::MergeUnits => (AUTHORITY, PEOPLES, "合并单位", "merge a unit into another"),
        Act::ImportUnits => (AUTHORITY, PEOPLES, "导入单位", "import units from a file"),
        Act::ExportUnits => (AUTHORITY, REGISTRATIONS, "导出单位", "export the list of units"),
        Act::InviteAdminsOfUnits => (
            AUTHORITY,
            NONE,
            "为导入的单位生成管理员链接",
            "make links for the first administrators of imported units",
        ),
        Act::KeepDepartments => (UNIT, PEOPLES, "管理本单位科室", "keep the departments of a unit"),
        Act::SeeUnitProposals => {
            (AUTHORITY, REGISTRATIONS, "查看申报的单位", "see which missing units were proposed")
        }
        Act::JudgeUnitProposal => {
            (AUTHORITY, PEOPLES, "处理申报的单位", "decide which unit a proposed one is")
        }
        Act::SeeNoticeDeliveries => {
            (EVERYBODY, REGISTRATIONS, "查看未发出的短信", "see which text messages were not sent")
        }
        // The authority's, too: of units whose admins are the ones to be told, and of those that have none.
        Act::SendNoticeAgain => (EVERYBODY, PEOPLES, "重新发送短信", "have a text message sent again"),
        Act::SeeAnnouncements => {
            (EVERYBODY, REGISTRATIONS, "查看本单位发布的公告", "see what one's own unit announces")
        }
        // Each announces to its own tree.
        Act::WriteAnnouncement => {
            (EVERYBODY, PEOPLES, "撰写、发布和撤回公告", "write, publish and withdraw announcements")
        }
        Act::ReadAuditLog => (EVERYBODY, READ, "查看操作日志", "read the audit log"),
        Act::ReadChecklist => (EVERYBODY, ALL, "查看待办事项", "see what is still to be done"),
        Act::SeeDeploymentChecks => {
            (AUTHORITY, NONE, "查看系统检查", "see what was checked of the deployment")
        }
        Act::CheckDeployment => (AUTHORITY, NONE, "检查系统设置", "check the deployment's settings"),
        Act::SeeJobs => (AUTHORITY, NONE, "查看后台任务", "see which background jobs are stuck"),
        Act::RetryJob => (AUTHORITY, NONE, "重新执行后台任务", "have a background job tried again"),
    };
    Line { roles, rights, chinese, english }
}

/// Whether the act is on the deployment as a whole: of authorities, the one whose deployment it is may do it.
pub const fn is_of_deployment(act: Act) -> bool {
    matches!(act, Act::SeeDeploymentChecks | Act::CheckDeployment | Act::SeeJobs | Act::RetryJob)
}

/// The roles that may do the act.
pub const fn who_may(act: Act) -> &'static [Role] {
    line(act).roles
}

/// The rights that hold the act; none of one that full admins alone may do.
pub const fn rights_for(act: Act) -> &'static [Right] {
    line(act).rights
}

/// The rights that hold something for accounts of this role, beside what every account sees.
pub const fn rights_of(role: Role) -> &'static [Right] {
    match role {
        UnitAdmin => &[Hosting, People, Desk, Credits, Reading],
        AuthorityAdmin => &[People, Judging, Credits, Reading],
    }
}

/// Whether the account may do the act: its role may, it is a full admin's or one of its rights holds it, and what is on the deployment
/// is its unit's to do.
pub fn permits(account: &Account, act: Act) -> bool {
    holds(account.role, account.rights.as_deref(), act)
        && (account.keeps_deployment || !is_of_deployment(act))
}

/// Whether an account with this role, and these rights or all where there are none, holds the act.
pub fn holds(role: Role, rights: Option<&[Right]>, act: Act) -> bool {
    who_may(act).contains(&role) && reaches(rights, act)
}

/// Whether these rights, or all where there are none, hold the act.
fn reaches(rights: Option<&[Right]>, act: Act) -> bool {
    rights.is_none_or(|rights| rights.iter().any(|right| rights_for(act).contains(right)))
}

/// The acts that a role may do, in the table's order.
pub fn may(role: Role) -> impl Iterator<Item = Act> {
    Act::ALL.iter().copied().filter(move |act| who_may(*act).contains(&role))
}

/// What a refusal says of an act to this account: who may do it; to a sub-account whose role may, which right it lacks.
pub(super) fn refusal_for(account: &Account, act: Act) -> WhoMay {
    if !who_may(act).contains(&account.role) {
        return role_refusal(act);
    }
    // Those that can be given to this role.
    let rights: Vec<_> =
        rights_for(act).iter().filter(|right| rights_of(account.role).contains(right)).collect();
    let chinese: Vec<_> = rights.iter().map(|right| format!("“{}”", right.name().0)).collect();
    let english: Vec<_> = rights.iter().map(|right| format!("\"{}\"", right.name().1)).collect();
    let (zh, en) = (line(act).chinese, line(act).english);
    let (chinese, english) = if is_of_deployment(act) && !account.keeps_deployment {
        (
            format!("“{zh}”仅限本平台所属行政部门的管理员。"),
            format!("Only administrators of the authority that runs this deployment may {en}."),
        )
    } else if rights.is_empty() {
        (
            format!("“{zh}”仅限拥有全部权限的管理员。"),
            format!("Only administrators with all rights may {en}."),
        )
    } else {
        (
            format!("“{zh}”需要{}权限，请由拥有全部权限的管理员为本账号增加该权限。", chinese.join("或")),
            format!(
                "To {en}, an account needs the right {}: an administrator with all rights can give it.",
                english.join(" or ")
            ),
        )
    };
    WhoMay {
        roles: who_may(act).iter().map(|role| role.word()).collect(),
        rights: Some(rights.iter().map(|right| right.word()).collect()),
        chinese,
        english,
    }
}

/// What a refusal says of an act: who may do it.
fn role_refusal(act: Act) -> WhoMay {
    let roles = who_may(act);
    let chinese: Vec<_> = roles.iter().map(|role| name(*role).0).collect();
    let english: Vec<_> = roles.iter().map(|role| name(*role).1).collect();
    WhoMay {
        roles: roles.iter().map(|role| role.word()).collect(),
        rights: None,
        chinese: format!("“{}”仅限{}，请使用相应账号登录。", line(act).chinese, chinese.join("、")),
        english: format!(
            "Only {} may {}: please log in with such an account.",
            english.join(" or "),
            line(act).english
        ),
    }
}

/// What a role is called: one of them in Chinese, several in English.
const fn name(role: Role) -> (&'static str, &'static str) {
    match role {
        UnitAdmin => ("单位管理员", "unit administrators"),
        AuthorityAdmin => ("行政部门管理员", "authority administrators"),
    }
}

/// The table as a page of documentation in Markdown. `calls` gives the calls of the API by which an act is done.
pub fn page(calls: impl Fn(Act) -> Vec<String>) -> String {
    let mut page = String::from(
        "# Who may do what\n\n\
         Made from the table in `crates/platform/src/authority/table.rs` and from the API's document by `make openapi`: do not edit.\n\n\
         Each act may be done to rows of the admin's own unit and of the units below it. A row of another unit answers `not_found`,\n\
         as one that does not exist. Who may not do an act is answered `forbidden` with `who_may`, the roles that may.\n\
         `GET /api/v1/admin/me` lists the acts of the admin who asks, in `may`.\n\n\
         A sub-account may do what its role may as far as its rights reach: each right is the set of acts that name it here.\n\
         Where none is named, an admin with all rights alone may. An act with \"of the deployment\" is on the deployment as a whole: of\n\
         authorities, the one that founded it may, or where none has, any province.\n\n\
         | act | 说明 | what it is |",
    );
    let mut rule = String::from("|---|---|---|");
    for role in Role::ALL {
        write!(page, " `{}` |", role.word()).expect("a String takes all");
        rule.push_str(":-:|");
    }
    write!(page, " rights | calls |\n{rule}---|---|\n").expect("a String takes all");
    for act in Act::ALL {
        let Line { roles, rights, chinese, english } = line(*act);
        write!(page, "| `{}` | {chinese} | {english} |", act.word()).expect("a String takes all");
        for role in Role::ALL {
            page.push_str(match (roles.contains(role), is_of_deployment(*act)) {
                (true, true) => " yes, of the deployment |",
                (true, false) => " yes |",
                (false, _) => " no |",
            });
        }
        let rights: Vec<_> = rights.iter().map(|right| format!("`{}`", right.word())).collect();
        write!(page, " {} |", rights.join(" ")).expect("a String takes all");
        let calls: Vec<_> = calls(*act).into_iter().map(|call| format!("`{call}`")).collect();
        writeln!(page, " {} |", calls.join("<br>")).expect("a String takes all");
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changes_something_is_one_role_s_alone_and_an_authority_changes_no_course() {
        for act in Act::ALL {
            let looks =
                ["see_", "read_", "export_", "print_"].iter().any(|verb| act.word().starts_with(verb));
            // Each role keeps its own admins, and those of the units below; and enters the people of its own unit, or of those
            // below, which may have no admin yet. An authority lets people go of units that are closed, which have none any more, and
            // judges who claims a number there.
            let of_both = act.word().ends_with("_admin")
                || matches!(
                    act,
                    Act::GiveRights
                        | Act::ImportPeople
                        | Act::InvitePeople
                        | Act::JudgeNumberClaim
                        | Act::LetGoPerson
                        | Act::SendNoticeAgain
                        | Act::WriteAnnouncement
                );
            assert!(looks || who_may(*act).len() == if of_both { 2 } else { 1 }, "{act:?}");
        }
        let of_courses = [Act::ChangeSettings, Act::OpenScreen, Act::AssistCheckIn, Act::GiveVerdict];
        assert!(of_courses.iter().all(|act| who_may(*act) == [UnitAdmin]));
    }

    #[test]
    fn a_refusal_names_the_act_and_who_may_do_it_in_each_language_alone() {
        for act in Act::ALL {
            let told = role_refusal(*act);
            assert!(!told.roles.is_empty(), "{act:?}: no role may");
            assert!(told.english.is_ascii(), "{}", told.english);
            assert!(!told.chinese.contains(|letter: char| letter.is_ascii_alphabetic()), "{}", told.chinese);
        }
        assert_eq!(role_refusal(Act::OpenScreen).chinese, "“打开投屏”仅限单位管理员，请使用相应账号登录。");
        assert_eq!(
            role_refusal(Act::OpenScreen).english,
            "Only unit administrators may open a screen: please log in with such an account."
        );
    }

    #[test]
    fn reading_changes_nothing_and_no_right_reaches_other_admins_or_the_deployment() {
        for act in Act::ALL {
            let looks =
                ["see_", "read_", "export_", "print_"].iter().any(|verb| act.word().starts_with(verb));
            assert!(looks || !rights_for(*act).contains(&Reading), "{act:?}");
        }
        for act in [Act::SeeAdmins, Act::InviteAdmin, Act::DisableAdmin, Act::ResetAdmin, Act::GiveRights] {
            assert!(rights_for(act).is_empty() && reaches(None, act), "{act:?}");
        }
        assert!(rights_for(Act::CheckDeployment).is_empty() && rights_for(Act::RetryJob).is_empty());
        for right in Right::ALL {
            assert!(reaches(Some(&[*right]), Act::SeeCourses), "{right:?} opens the first page");
        }
        assert!(
            reaches(Some(&[People, Desk]), Act::AssistCheckIn)
                && !reaches(Some(&[People]), Act::AssistCheckIn)
        );
    }

    #[test]
    fn each_role_is_offered_what_holds_an_act_of_its_own_or_looks_on() {
        for role in [UnitAdmin, AuthorityAdmin] {
            for right in Right::ALL {
                // What every right holds is no reason to give one.
                let held = may(role).filter(|act| rights_for(*act).contains(right));
                let own: Vec<_> = held.filter(|act| rights_for(*act).len() < Right::ALL.len()).collect();
                let changes = own.iter().any(|act| who_may(*act).len() == 1);
                let looks = matches!(right, Credits | Reading) && !own.is_empty();
                assert_eq!(rights_of(role).contains(right), changes || looks, "{role:?} {right:?}");
            }
        }
    }

    #[test]
    fn the_page_has_a_line_for_each_act() {
        let page = page(|act| vec![format!("GET /{}", act.word())]);
        for act in Act::ALL {
            let line = page.lines().find(|line| line.starts_with(&format!("| `{}` |", act.word())));
            assert!(line.is_some_and(|line| line.ends_with(&format!("`GET /{}` |", act.word()))), "{act:?}");
        }
    }
}

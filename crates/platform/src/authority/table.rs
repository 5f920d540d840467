//! The table: which role may do which act, with the act's name in Chinese and English. Pure.

use std::fmt::Write as _;

use super::Act;
use crate::auth::Role::{self, AuthorityAdmin, UnitAdmin};
use crate::http::WhoMay;

/// One line of the table.
struct Line {
    roles: &'static [Role],
    chinese: &'static str,
    english: &'static str,
}

/// A unit's admins run its courses and apply for its projects; authorities look on and judge.
const fn line(act: Act) -> Line {
    const EVERYBODY: &[Role] = &[UnitAdmin, AuthorityAdmin];
    const UNIT: &[Role] = &[UnitAdmin];
    const AUTHORITY: &[Role] = &[AuthorityAdmin];
    let (roles, chinese, english) = match act {
        Act::SeeCourses => (EVERYBODY, "查看课程及当日人数", "see courses and the day's numbers"),
        Act::ChangeSettings => (UNIT, "修改课程设置", "change a course's settings"),
        Act::SeeScreens => (EVERYBODY, "查看投屏", "see which screens are open"),
        Act::OpenScreen => (UNIT, "打开投屏", "open a screen"),
        Act::IssueTicket => (UNIT, "打开新的投屏页", "open another page of a screen"),
        Act::CloseScreen => (UNIT, "关闭投屏", "close a screen"),
        Act::ReplaceScreen => (UNIT, "更换投屏", "close a screen and open another in its place"),
        Act::EnterPairing => (UNIT, "以配对码打开投屏", "make a page on another computer a screen"),
        Act::SeeCode => (UNIT, "查看签到二维码", "see a screen's current code"),
        Act::SeeRecords => (EVERYBODY, "查看考勤明细", "see attendance records"),
        Act::ExportRecords => (EVERYBODY, "导出考勤明细", "export attendance records"),
        Act::LookUpPeople => (UNIT, "查找待签到人员", "look a person up to check them in"),
        Act::AssistCheckIn => (UNIT, "协助签到", "check a person in on the staff's word"),
        Act::GiveVerdict => (UNIT, "处理可疑签到", "keep or strike suspected check-ins"),
        Act::SeeSpotChecks => (EVERYBODY, "查看抽查", "see spot checks and who has not answered"),
        Act::OrderSpotCheck => (UNIT, "发起抽查", "order a spot check"),
        Act::CancelSpotCheck => (UNIT, "取消抽查", "cancel a spot check"),
        Act::SeeHeadCounts => (EVERYBODY, "查看清点人数", "see head counts"),
        Act::CountHeads => (UNIT, "记录清点人数", "record a head count"),
        Act::SeeProjects => (EVERYBODY, "查看项目及审核进度", "see projects and how far their reviews are"),
        Act::PlanProject => (UNIT, "修改项目计划", "change a project's plan"),
        Act::SubmitProject => (UNIT, "提交项目审核", "submit a project for its review"),
        Act::WithdrawProject => (UNIT, "撤回项目审核", "withdraw a project from its review"),
        Act::JudgeProject => (AUTHORITY, "审核项目", "judge projects"),
        Act::SeeRegistrations => (EVERYBODY, "查看注册申请", "see who has registered"),
        Act::CorrectRegistration => (UNIT, "更正注册信息", "put a registration right before its verdict"),
        Act::JudgeRegistration => (UNIT, "审核注册申请", "judge registrations"),
        Act::ReadAuditLog => (EVERYBODY, "查看操作日志", "read the audit log"),
        Act::ReadChecklist => (EVERYBODY, "查看待办事项", "see what is still to be done"),
        Act::SeeDeploymentChecks => (AUTHORITY, "查看系统检查", "see what was checked of the deployment"),
        Act::CheckDeployment => (AUTHORITY, "检查系统设置", "check the deployment's settings"),
        Act::SeeJobs => (AUTHORITY, "查看后台任务", "see which background jobs are stuck"),
        Act::RetryJob => (AUTHORITY, "重新执行后台任务", "have a background job tried again"),
    };
    Line { roles, chinese, english }
}

/// The roles that may do the act.
pub const fn who_may(act: Act) -> &'static [Role] {
    line(act).roles
}

/// The acts that a role may do, in the table's order.
pub fn may(role: Role) -> impl Iterator<Item = Act> {
    Act::ALL.iter().copied().filter(move |act| who_may(*act).contains(&role))
}

/// What a refusal says of an act: who may do it.
pub(super) fn told(act: Act) -> WhoMay {
    let roles = who_may(act);
    let chinese: Vec<_> = roles.iter().map(|role| name(*role).0).collect();
    let english: Vec<_> = roles.iter().map(|role| name(*role).1).collect();
    WhoMay {
        roles: roles.iter().map(|role| role.word()).collect(),
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
         | act | 说明 | what it is |",
    );
    let mut rule = String::from("|---|---|---|");
    for role in Role::ALL {
        write!(page, " `{}` |", role.word()).expect("a String takes all");
        rule.push_str(":-:|");
    }
    write!(page, " calls |\n{rule}---|\n").expect("a String takes all");
    for act in Act::ALL {
        let Line { roles, chinese, english } = line(*act);
        write!(page, "| `{}` | {chinese} | {english} |", act.word()).expect("a String takes all");
        for role in Role::ALL {
            page.push_str(if roles.contains(role) { " yes |" } else { " no |" });
        }
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
            let looks = ["see_", "read_", "export_"].iter().any(|verb| act.word().starts_with(verb));
            assert!(looks || who_may(*act).len() == 1, "{act:?}");
        }
        let of_courses = [Act::ChangeSettings, Act::OpenScreen, Act::AssistCheckIn, Act::GiveVerdict];
        assert!(of_courses.iter().all(|act| who_may(*act) == [UnitAdmin]));
    }

    #[test]
    fn a_refusal_names_the_act_and_who_may_do_it_in_each_language_alone() {
        for act in Act::ALL {
            let told = told(*act);
            assert!(!told.roles.is_empty(), "{act:?}: nobody may");
            assert!(told.english.is_ascii(), "{}", told.english);
            assert!(!told.chinese.contains(|letter: char| letter.is_ascii_alphabetic()), "{}", told.chinese);
        }
        assert_eq!(told(Act::OpenScreen).chinese, "“打开投屏”仅限单位管理员，请使用相应账号登录。");
        assert_eq!(
            told(Act::OpenScreen).english,
            "Only unit administrators may open a screen: please log in with such an account."
        );
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

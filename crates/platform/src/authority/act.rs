//! The acts of admins: every route of the console names one of these.

use serde::Serialize;
use strum::{IntoStaticStr, VariantArray};
use utoipa::ToSchema;

/// What an admin may be allowed to do. Its words are public interface; who may is in the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, ToSchema, IntoStaticStr, VariantArray)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Act {
    SeeCourses,
    ChangeSettings,
    SeeScreens,
    OpenScreen,
    IssueTicket,
    CloseScreen,
    ReplaceScreen,
    EnterPairing,
    SeeCode,
    SeeRecords,
    ExportRecords,
    PrintSignInSheet,
    LookUpPeople,
    AssistCheckIn,
    GiveVerdict,
    SeeSpotChecks,
    OrderSpotCheck,
    CancelSpotCheck,
    SeeHeadCounts,
    CountHeads,
    SeeProjects,
    PlanProject,
    SubmitProject,
    WithdrawProject,
    JudgeProject,
    SeeRegistrations,
    CorrectRegistration,
    JudgeRegistration,
    SeeNumberClaims,
    JudgeNumberClaim,
    SeePeople,
    PrintReviewList,
    ChangePerson,
    CorrectPerson,
    ImportPeople,
    InvitePeople,
    ChangePersonState,
    JudgePersonState,
    LetGoPerson,
    TakeInPerson,
    MergePeople,
    SeeAdmins,
    InviteAdmin,
    DisableAdmin,
    ResetAdmin,
    GiveRights,
    SeeUnits,
    AddUnit,
    ChangeUnit,
    MoveUnit,
    CloseUnit,
    MergeUnits,
    ImportUnits,
    ExportUnits,
    InviteAdminsOfUnits,
    KeepDepartments,
    SeeUnitProposals,
    JudgeUnitProposal,
    SeeNoticeDeliveries,
    SendNoticeAgain,
    SeeAnnouncements,
    WriteAnnouncement,
    ReadAuditLog,
    ReadChecklist,
    SeeDeploymentChecks,
    CheckDeployment,
    SeeJobs,
    RetryJob,
}

impl Act {
    /// Every act, in the table's order.
    pub const ALL: &[Self] = Self::VARIANTS;

    /// The word on the wire.
    pub fn word(self) -> &'static str {
        self.into()
    }
}

//! What is wrong with a row, as it is said to the person who filled it in: which column, and what to do. No number is ever repeated.
//! Pure.

use jiff::civil::Date;

use crate::document::{Document, DocumentKind};
use zaichang_core::IdNumber;
use zaichang_platform::sheets::Unread;
use zaichang_platform::sheets::imports::Says;

/// What is wrong with a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::people) enum Fault {
    NameMissing,
    NameWrong,
    NumberMissing,
    /// It does not have the form of its document.
    NumberWrong(DocumentKind),
    /// It is the number of an ID card, and the document another.
    IsIdCard,
    PhoneMissing,
    PhoneWrong,
    /// A cell is none of its column.
    Unread(Unread),
    /// Neither series and level, nor what its holders are called.
    TitleMissing,
    TitleUnknown,
    /// Series or level say something else than what its holders are called.
    TitleContradicts,
    SpecialtyMissing,
    SpecialtyWrong,
    CardWrong,
    AccountWrong,
    /// A phone, document or bank card number, which would stand in clear.
    AccountIsNumber,
    UnitMissing,
    /// No open unit of the admin's is or was called so.
    UnitUnknown,
    /// Several are.
    UnitAmbiguous,
    /// A unit's admin enters people of that unit alone.
    OtherUnit,
    DepartmentUnknown,
    DepartmentClosed,
    DepartmentAmbiguous,
    /// This row has the same document number.
    Twice(u32),
    /// This row has the same phone.
    PhoneTwice(u32),
    /// This row has the same card number.
    CardTwice(u32),
    /// This row has the same account.
    AccountTwice(u32),
    /// The number is somebody's of the unit who is called otherwise.
    NameOther,
    /// It is somebody's of another unit, which is named where the admin may see it.
    OfOtherUnit(Option<String>),
    /// The same, and that unit has let them go.
    LetGo(Option<String>),
    /// The number was made void by this authority, as that of somebody who was merged.
    Voided(String),
    Cancelled,
    /// Their unit has not approved them.
    NotApproved,
    /// Somebody with this number or phone waits for the unit's verdict.
    Registers,
    /// The same, and the verdict is another unit's.
    RegistersElsewhere,
    PhoneTaken,
    /// Who has the number has another phone.
    PhoneOther,
    CardTaken,
    AccountTaken,
}

impl Fault {
    /// The document of this kind with this number, as it is typed; or what is wrong with that.
    pub fn of_number(kind: DocumentKind, number: &str, today: Date) -> Result<Document, Self> {
        Document::parse(kind, number, today).map_err(|_| {
            let is_id_card = kind != DocumentKind::IdCard && IdNumber::parse(number, today).is_ok();
            if is_id_card { Self::IsIdCard } else { Self::NumberWrong(kind) }
        })
    }
}

impl From<Unread> for Fault {
    fn from(unread: Unread) -> Self {
        Self::Unread(unread)
    }
}

impl Says for Fault {
    #[expect(clippy::too_many_lines, reason = "a catalogue has an entry for each")]
    fn sentences(&self) -> (String, String) {
        let of = |chinese: &str, english: &str| (chinese.to_owned(), english.to_owned());
        match self {
            Self::NameMissing => of("未填写姓名", "The name is missing"),
            Self::NameWrong => of(
                "姓名须与证件一致，1 至 50 个字，不含数字和符号",
                "The name is that of the document: 1 to 50 letters, without digits or signs",
            ),
            Self::NumberMissing => of("未填写证件号码", "The document's number is missing"),
            Self::NumberWrong(kind) => of_form(*kind),
            Self::IsIdCard => of(
                "这是居民身份证号码，请将证件类型改为居民身份证",
                "This is the number of an ID card: write that as the document",
            ),
            Self::PhoneMissing => of("未填写手机号码", "The mobile number is missing"),
            Self::PhoneWrong => of(
                "手机号码须为中国大陆的 11 位手机号",
                "The mobile number is one of mainland China, of 11 digits",
            ),
            Self::Unread(unread) => unread.sentences(),
            Self::TitleMissing => of(
                "未填写职称，请填写职称系列和职称级别，或只填职称名称；没有职称的填 无职称",
                "The title is missing: give its series and level, or what its holders are called; of who has none write 无职称",
            ),
            Self::TitleUnknown => of(
                "职称名称无法识别，请改填职称系列和职称级别",
                "No title is called so: give its series and level",
            ),
            Self::TitleContradicts => of(
                "职称系列、职称级别与职称名称不一致，请核对后填写一致",
                "Series and level are not those of the title that is named: make them agree",
            ),
            Self::SpecialtyMissing => of("未填写从事专业", "The specialty is missing"),
            Self::SpecialtyWrong => of("从事专业须为 1 至 50 个字", "A specialty has 1 to 50 characters"),
            Self::CardWrong => of(
                "医通卡号须为 4 至 32 位字母、数字或短横",
                "A card number has 4 to 32 letters, digits or hyphens",
            ),
            Self::AccountWrong => of(
                "账号须为 1 至 64 个字，不含换行等控制字符",
                "An account has 1 to 64 characters, without control characters",
            ),
            Self::AccountIsNumber => of(
                "账号不能含手机号码、证件号码或银行卡号，请不填，由本人登录后自行设置",
                "An account holds no phone, document or bank card number: leave it empty, the person sets one once logged in",
            ),
            Self::UnitMissing => of("未填写单位", "The unit is missing"),
            Self::UnitUnknown => of(
                "没有这个单位，或不在管辖范围内；请填写全称、曾用名或别名",
                "No open unit of yours is called so: give its full name, a former one or an alias",
            ),
            Self::UnitAmbiguous => of(
                "有多个单位使用这个名称，请填写全称，或由该单位自行导入",
                "Several units are called so: give the full name, or let the unit import its people",
            ),
            Self::OtherUnit => of(
                "填写的不是本单位，只能导入本单位人员",
                "This is another unit: only people of your own can be imported",
            ),
            Self::DepartmentUnknown => of(
                "该单位没有这个科室，请先在单位页面添加，或更正科室名称",
                "The unit has no such department: add it on the unit's page first, or correct its name",
            ),
            Self::DepartmentClosed => of(
                "该单位的这个科室已停用，请先在单位页面恢复，或更正科室名称",
                "The unit has closed this department: reopen it on the unit's page first, or correct its name",
            ),
            Self::DepartmentAmbiguous => of(
                "该单位有多个同名科室，请写明上级，如 内科/心血管内科",
                "Several departments are called so: write what it lies in before it, as 内科/心血管内科",
            ),
            Self::Twice(row) => repeated("证件号码", "document number", *row),
            Self::PhoneTwice(row) => repeated("手机号码", "mobile number", *row),
            Self::CardTwice(row) => repeated("医通卡号", "card number", *row),
            Self::AccountTwice(row) => repeated("账号", "account", *row),
            Self::NameOther => of(
                "该证件号码是本单位另一姓名的人员，请核对姓名和证件号码",
                "Somebody of the unit has this number under another name: check both",
            ),
            Self::OfOtherUnit(None) => of(
                "该人员已在其他单位登记，不能导入；确已调来的，请原单位办理调出后，在“人员调动”中调入",
                "This person is registered at another unit and cannot be imported: have that unit let them go, and take them in under Transfers",
            ),
            Self::OfOtherUnit(Some(unit)) => (
                format!("该人员已在“{unit}”登记，不能导入；确已调来的，请该单位办理调出后调入"),
                format!(
                    "This person is registered at {unit} and cannot be imported: have that unit let them go, and take them in"
                ),
            ),
            Self::LetGo(None) => of(
                "该人员已由原单位办理调出，不需要导入：请在“人员调动”中调入",
                "This person's unit has let them go: take them in under Transfers, not from a file",
            ),
            Self::LetGo(Some(unit)) => (
                format!("该人员已由“{unit}”办理调出，不需要导入：请由新单位在“人员调动”中调入"),
                format!(
                    "{unit} has let this person go: their new unit takes them in under Transfers, not from a file"
                ),
            ),
            Self::Voided(by) => (
                format!("该证件号码已由“{by}”作废，不能导入；请核对证件号码，无误的请持证件原件到该部门办理"),
                format!(
                    "{by} has made this number void, and it cannot be imported: check it, and show that authority the document if it is right"
                ),
            ),
            Self::Cancelled => of(
                "该人员已注销，请先核对其人员状态",
                "This person's registration has been cancelled: see their state first",
            ),
            Self::NotApproved => of(
                "该人员的注册尚未审核通过，不能导入，请先处理其注册",
                "This person's registration has not been approved: see to that first",
            ),
            Self::Registers => of(
                "该证件号码或手机号码已向该单位提交注册申请，请由该单位在“人员注册”中审核",
                "Somebody with this number or phone has registered with this unit: it judges them under Registrations",
            ),
            Self::RegistersElsewhere => of(
                "该证件号码或手机号码已向其他单位提交注册申请，请本人先撤回申请",
                "Somebody with this number or phone has registered with another unit: they take that back first",
            ),
            Self::PhoneTaken => of(
                "手机号码已被其他人员使用，请填写本人的手机号码",
                "Somebody else has this mobile number: give the person's own",
            ),
            Self::PhoneOther => of(
                "与登记的手机号不同，本人可能已自行更换；登记有误的，由所在单位在该人员页面更正",
                "Another mobile number is registered, perhaps replaced by the person: if it is wrong, their unit puts it right on the person's page",
            ),
            Self::CardTaken => of(
                "医通卡号已由他人使用，请核对；录入有误的，由录入的单位在人员页面更正",
                "Somebody else has this card number: please check; the unit that has entered it wrongly puts it right on the person's page",
            ),
            Self::AccountTaken => of(
                "账号已由其他人员使用，请核对；无法确认的请不填，由本人登录后自行设置",
                "Somebody else has this account: please check; where in doubt leave it empty, the person sets one once logged in",
            ),
        }
    }
}

fn repeated(chinese: &str, english: &str, row: u32) -> (String, String) {
    (format!("{chinese}与第 {row} 行重复"), format!("The same {english} as in row {row}"))
}

fn of_form(kind: DocumentKind) -> (String, String) {
    let (chinese, english) = match kind {
        DocumentKind::IdCard => (
            "居民身份证号码须为 18 位，且与校验位相符；其他证件请填写证件类型",
            "An ID number has 18 characters that fit their check digit; of another document say which",
        ),
        DocumentKind::Passport => {
            ("护照号码须为 5 至 20 位字母和数字", "A passport has 5 to 20 letters and digits")
        }
        DocumentKind::HkMacaoPermit => (
            "港澳居民来往内地通行证号码须为 H 或 M 加 8 或 10 位数字",
            "A Hong Kong and Macao permit has H or M and 8 or 10 digits",
        ),
        DocumentKind::TaiwanPermit => {
            ("台湾居民来往大陆通行证号码须为 8 或 10 位数字", "A Taiwan permit has 8 or 10 digits")
        }
        DocumentKind::Officer | DocumentKind::Other => (
            "证件号码须为 4 至 30 位字母、数字或汉字",
            "The number has 4 to 30 letters, digits or characters",
        ),
    };
    (chinese.to_owned(), english.to_owned())
}

//! What is wrong with a row, as it is said to the person who filled it in: which column, and what to do. Pure.

use zaichang_platform::sheets::Unread;
use zaichang_platform::sheets::imports::Says;

/// What is wrong with a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    NameMissing,
    NameWrong,
    /// Nothing says where it lies.
    DivisionMissing,
    /// No division of the authority is called so.
    DivisionUnknown,
    /// Several divisions are called so.
    DivisionAmbiguous,
    /// It is not the authority's, or of no level that the division has.
    SupervisorUnknown,
    /// It has another authority already: a workbook moves no unit.
    SupervisorOther,
    /// A cell is none of its column.
    Unread(Unread),
    /// A name of this column is too short or too long.
    NamesWrong(&'static str),
    TooManyAliases,
    ContactWrong,
    /// The same unit stands in this row, too.
    Twice(u32),
    /// The unit is closed.
    Closed,
    /// The unit was merged into this one.
    MergedInto(String),
    /// It is a former name or an alias of this unit.
    IsOtherNameOf(String),
    /// Several units of the division are called so or were.
    SeveralUnits,
    /// Its authority has another unit that is called so.
    NameTaken,
    /// A division below its authority is called so.
    NameOfDivision,
}

impl From<Unread> for Fault {
    fn from(unread: Unread) -> Self {
        Self::Unread(unread)
    }
}

impl Says for Fault {
    fn sentences(&self) -> (String, String) {
        let of = |chinese: &str, english: &str| (chinese.to_owned(), english.to_owned());
        match self {
            Self::NameMissing => of("未填写单位名称", "The unit's name is missing"),
            Self::NameWrong => of("单位名称须为 2 至 100 个字", "A name has 2 to 100 characters"),
            Self::DivisionMissing => of("未填写所在区划", "The division is missing"),
            Self::DivisionUnknown => {
                of("所在区划不存在，或不在管辖范围内", "No division of yours is called so")
            }
            Self::DivisionAmbiguous => of(
                "有多个同名区划，请从省写起或填写六位代码",
                "Several divisions are called so: begin with the province, or give the code",
            ),
            Self::SupervisorUnknown => of(
                "主管部门应为省、市、区县之一，且在管辖范围内",
                "The authority is one of province, city and county, and within yours",
            ),
            Self::SupervisorOther => of(
                "该单位已有其他主管部门，请在单位页面中调整",
                "The unit has another authority: change it on the unit's page",
            ),
            Self::Unread(unread) => unread.sentences(),
            Self::NamesWrong(column) => (
                format!("“{column}”中每个名称须为 2 至 100 个字"),
                format!("{column}: each name has 2 to 100 characters"),
            ),
            Self::TooManyAliases => of("别名最多 10 个", "A unit has 10 aliases at most"),
            Self::ContactWrong => of("联系人须为 2 至 50 个字", "A contact's name has 2 to 50 characters"),
            Self::Twice(row) => (format!("与第 {row} 行重复"), format!("The same as row {row}")),
            Self::Closed => of("该单位已停用，请先恢复使用", "The unit is closed: open it again first"),
            Self::MergedInto(name) => (
                format!("该单位已并入“{name}”，请改为该单位或删除此行"),
                format!("The unit was merged into {name}: name that one, or leave the row out"),
            ),
            Self::IsOtherNameOf(name) => (
                format!("这是“{name}”的曾用名或别名，请核对"),
                format!("This is a former name or an alias of {name}: please check"),
            ),
            Self::NameTaken => of(
                "同一主管部门下已有同名单位，请核对所在区划，或在名称中加以区分",
                "Its authority has a unit of this name: check the division, or tell the two apart by their names",
            ),
            Self::NameOfDivision => of(
                "该名称是下级行政区划的名称，请填写单位的全称",
                "A division below is called so: enter the unit's full name",
            ),
            Self::SeveralUnits => of(
                "该区划内有多个单位符合，请在单位页面中修改",
                "Several units of the division match: change it on the unit's page",
            ),
        }
    }
}

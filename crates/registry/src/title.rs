//! Titles (职称): a series and a level, and what the two together are called. Pure. The standard that a title asks for is
//! another module's.

use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr};
use utoipa::ToSchema;

/// 职称系列: the words of the constraint `person_title_is_known`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, EnumString, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum TitleSeries {
    Physician,
    Nurse,
    Pharmacist,
    Technician,
    Laboratory,
    Research,
    Engineering,
    Teaching,
    TcmPhysician,
    TcmNurse,
    TcmPharmacist,
    TcmTechnician,
    IntegratedPhysician,
    Other,
}

/// 职称级别, the highest first: the words of the constraint `person_title_is_known`.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    ToSchema,
    EnumString,
    IntoStaticStr,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum TitleLevel {
    /// 正高
    Senior,
    /// 副高
    AssociateSenior,
    /// 中级
    Intermediate,
    /// 初级（师）
    Junior,
    /// 初级（士）
    Assistant,
    /// 无
    None,
}

impl TitleSeries {
    /// The word in SQL and JSON.
    pub fn word(self) -> &'static str {
        self.into()
    }
}

impl TitleLevel {
    /// The word in SQL and JSON.
    pub fn word(self) -> &'static str {
        self.into()
    }
}

/// What people of this series and level are called, as it stands in lists and on sign-in sheets.
pub const fn title(series: TitleSeries, level: TitleLevel) -> &'static str {
    use TitleSeries as S;
    let [senior, associate, intermediate, junior, assistant] = match series {
        S::Physician | S::IntegratedPhysician => ["主任医师", "副主任医师", "主治医师", "医师", "医士"],
        S::Nurse | S::TcmNurse => ["主任护师", "副主任护师", "主管护师", "护师", "护士"],
        S::Pharmacist => ["主任药师", "副主任药师", "主管药师", "药师", "药士"],
        S::Technician | S::TcmTechnician => ["主任技师", "副主任技师", "主管技师", "技师", "技士"],
        S::Laboratory => ["主任检验师", "副主任检验师", "主管检验师", "检验师", "检验士"],
        S::Research => ["研究员", "副研究员", "助理研究员", "研究实习员", "研究实习员"],
        S::Engineering => ["正高级工程师", "高级工程师", "工程师", "助理工程师", "技术员"],
        S::Teaching => ["教授", "副教授", "讲师", "助教", "助教"],
        S::TcmPhysician => ["主任中医师", "副主任中医师", "主治中医师", "中医师", "中医士"],
        S::TcmPharmacist => ["主任中药师", "副主任中药师", "主管中药师", "中药师", "中药士"],
        S::Other => ["其他正高级", "其他副高级", "其他中级", "其他初级（师）", "其他初级（士）"],
    };
    match level {
        TitleLevel::Senior => senior,
        TitleLevel::AssociateSenior => associate,
        TitleLevel::Intermediate => intermediate,
        TitleLevel::Junior => junior,
        TitleLevel::Assistant => assistant,
        TitleLevel::None => "无职称",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_what_its_holders_are_called() {
        assert_eq!(title(TitleSeries::Physician, TitleLevel::Intermediate), "主治医师");
        assert_eq!(title(TitleSeries::TcmPharmacist, TitleLevel::Junior), "中药师");
        assert_eq!(title(TitleSeries::Nurse, TitleLevel::None), "无职称");
        assert_eq!("tcm_physician".parse(), Ok(TitleSeries::TcmPhysician));
        assert_eq!(TitleLevel::AssociateSenior.word(), "associate_senior");
    }
}

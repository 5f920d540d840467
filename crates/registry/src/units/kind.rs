//! What a unit is: its place in the tree, and three axes of their own. Pure.

use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr};
use utoipa::ToSchema;

macro_rules! word {
    ($($name:ident)*) => {
        $(impl $name {
            /// The word in SQL and JSON.
            pub fn word(self) -> &'static str {
                self.into()
            }
        })*
    };
}

/// Where in the tree a unit stands: the words of the constraint `unit_kind_is_known`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, EnumString, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum UnitKind {
    Province,
    City,
    County,
    /// A hospital, a clinic, a school: what has admins and people.
    Unit,
    /// 科室; they may nest.
    Department,
}

/// Which kind of institution: the words of the constraint `unit_category_is_known`.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema, EnumString, IntoStaticStr,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
#[schema(as = UnitCategory)]
pub enum Category {
    /// Not entered.
    #[default]
    Unknown,
    /// 行政
    Administrative,
    /// 综合
    General,
    /// 中医
    Tcm,
    /// 公共卫生
    PublicHealth,
    /// 学术团体
    Society,
    /// 基地
    Base,
    /// 个人
    Individual,
}

/// At which level it stands: the words of the constraint `unit_grade_is_known`.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema, EnumString, IntoStaticStr,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
#[schema(as = UnitGrade)]
pub enum Grade {
    /// Not entered.
    #[default]
    Unknown,
    /// 部
    Ministry,
    /// 省
    Province,
    /// 市州
    City,
    /// 县
    County,
    /// 乡镇
    Township,
    /// 村
    Village,
}

/// A hospital's class: the words of the constraint `unit_hospital_class_is_known`.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema, EnumString, IntoStaticStr,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum HospitalClass {
    /// 未定, and of what is no hospital.
    #[default]
    Undetermined,
    /// 三级
    Third,
    /// 二级
    Second,
    /// 一级
    First,
}

word!(UnitKind Category Grade HospitalClass);

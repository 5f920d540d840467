//! The columns of a workbook of units, as the template has them and as they are called in lists that authorities have (附件7), and
//! the words that stand in them. Pure.

use crate::units::kind::{Category, Grade, HospitalClass};
use crate::units::supervision::Supervisor;
pub(super) use zaichang_platform::sheets::written;

use zaichang_platform::sheets::Column;

pub(super) const NAME: usize = 0;
pub(super) const DIVISION: usize = 1;
pub(super) const PROVINCE: usize = 2;
pub(super) const CITY: usize = 3;
pub(super) const COUNTY: usize = 4;
pub(super) const SUPERVISOR: usize = 5;
pub(super) const CATEGORY: usize = 6;
pub(super) const GRADE: usize = 7;
pub(super) const CLASS: usize = 8;
pub(super) const EARLIER: usize = 9;
pub(super) const ALIASES: usize = 10;
pub(super) const CONTACT: usize = 11;

/// In this order. Province, city and county are read where a list has them apart.
pub(super) static COLUMNS: [Column; 12] = [
    Column::required(
        "单位名称",
        &["机构名称", "医疗机构名称", "单位全称", "单位", "工作单位"],
        "必填，2 至 100 个字。",
        32.0,
    ),
    Column::optional(
        "所在区划",
        &["行政区划", "所属区划", "区划代码"],
        "六位代码，或从省写到区县的名称，如 湖南省长沙市岳麓区。也可分为“省”“市州”“区县”三列。县级行政部门可不填。",
        28.0,
    ),
    Column::optional("省", &["省份"], "与“所在区划”二选一。", 12.0),
    Column::optional("市州", &["市", "地市", "市（州）"], "与“所在区划”二选一。", 12.0),
    Column::optional("区县", &["县区", "县", "区", "县市区"], "与“所在区划”二选一。", 12.0),
    Column::optional(
        "主管部门",
        &["隶属关系", "主管级别"],
        "省、市、区县之一；不填为所在区划的行政部门。市直单位填 市。仅用于新增。",
        12.0,
    ),
    Column::optional(
        "类别",
        &["单位类别", "机构类别"],
        "行政、综合、中医、公共卫生、学术团体、基地、个人之一。",
        12.0,
    ),
    Column::optional("级别", &["单位级别"], "部、省、市州、县、乡镇、村之一。", 12.0),
    Column::optional("医院等级", &["等级"], "三级、二级、一级、未定之一。", 12.0),
    Column::optional(
        "曾用名",
        &["原名", "原单位名称"],
        "多个用顿号隔开。填写现有单位的名称，即为该单位更名。",
        28.0,
    ),
    Column::optional("别名", &["简称"], "多个用顿号隔开，最多 10 个。", 20.0),
    Column::optional(
        "联系人",
        &["联系人姓名", "负责人", "管理员"],
        "可不填。为新增单位生成首位管理员的链接时，写明链接交给谁；不随单位保存。",
        16.0,
    ),
];

pub(super) const CATEGORIES: &[(Category, &[&str])] = &[
    (Category::Administrative, &["行政", "行政部门"]),
    (Category::General, &["综合", "西医", "综合医院"]),
    (Category::Tcm, &["中医", "中医院", "中医医院"]),
    (Category::PublicHealth, &["公共卫生", "公卫"]),
    (Category::Society, &["学术团体", "学会", "协会"]),
    (Category::Base, &["基地"]),
    (Category::Individual, &["个人", "个体"]),
];

pub(super) const GRADES: &[(Grade, &[&str])] = &[
    (Grade::Ministry, &["部", "部级"]),
    (Grade::Province, &["省", "省级"]),
    (Grade::City, &["市州", "市", "市级", "市州级", "地市级"]),
    (Grade::County, &["县", "县级", "区县", "区县级", "区级"]),
    (Grade::Township, &["乡镇", "乡", "镇", "乡镇级", "街道"]),
    (Grade::Village, &["村", "村级"]),
];

pub(super) const CLASSES: &[(HospitalClass, &[&str])] = &[
    (HospitalClass::Third, &["三级", "三级甲等", "三级乙等", "三甲", "三乙", "3", "3级"]),
    (HospitalClass::Second, &["二级", "二级甲等", "二级乙等", "二甲", "二乙", "2", "2级"]),
    (HospitalClass::First, &["一级", "一级甲等", "一级乙等", "一甲", "1", "1级"]),
    (HospitalClass::Undetermined, &["未定", "未定级", "未评级", "无"]),
];

pub(super) const SUPERVISORS: &[(Supervisor, &[&str])] = &[
    (Supervisor::Province, &["省", "省级", "省直", "省属"]),
    (Supervisor::City, &["市", "市州", "市级", "市直", "市属"]),
    (Supervisor::County, &["区县", "县", "区", "县级", "县属", "区属", "县直", "区直"]),
];

#[cfg(test)]
mod tests {
    use super::*;
    use zaichang_platform::sheets::meant;

    #[test]
    fn what_is_written_is_read_as_what_it_was() {
        for (class, _) in CLASSES {
            assert_eq!(meant(CLASSES, &written(CLASSES, class)), Some(*class));
        }
        for (grade, _) in GRADES {
            assert_eq!(meant(GRADES, &written(GRADES, grade)), Some(*grade));
        }
        for (category, _) in CATEGORIES {
            assert_eq!(meant(CATEGORIES, &written(CATEGORIES, category)), Some(*category));
        }
        assert_eq!(meant(CLASSES, " 三 甲 "), Some(HospitalClass::Third));
        assert_eq!(meant(CLASSES, "特级"), None);
        assert_eq!(written(GRADES, &Grade::Unknown), "");
    }

    #[test]
    fn each_word_stands_for_one_thing() {
        let all = |names: Vec<&str>| {
            let mut once = names.clone();
            once.sort_unstable();
            once.dedup();
            assert_eq!(once.len(), names.len(), "{names:?}");
        };
        all(CLASSES.iter().flat_map(|(_, names)| names.iter().copied()).collect());
        all(GRADES.iter().flat_map(|(_, names)| names.iter().copied()).collect());
        all(CATEGORIES.iter().flat_map(|(_, names)| names.iter().copied()).collect());
        all(COLUMNS
            .iter()
            .flat_map(|column| [column.name].into_iter().chain(column.also.iter().copied()))
            .collect());
    }
}

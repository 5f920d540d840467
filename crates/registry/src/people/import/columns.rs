//! The columns of a workbook of people, as the template has them and as they are called in lists that hospitals have, and the words
//! that stand in them. Pure.

use crate::document::DocumentKind;
use crate::title::{TitleLevel, TitleSeries, title};
use zaichang_platform::sheets::Column;

pub(super) const NAME: usize = 0;
pub(super) const DOCUMENT: usize = 1;
pub(super) const NUMBER: usize = 2;
pub(super) const PHONE: usize = 3;
pub(super) const UNIT: usize = 4;
pub(super) const DEPARTMENT: usize = 5;
pub(super) const SERIES: usize = 6;
pub(super) const LEVEL: usize = 7;
pub(super) const TITLE: usize = 8;
pub(super) const SPECIALTY: usize = 9;
pub(super) const TAKES_PART: usize = 10;
pub(super) const CARD: usize = 11;
pub(super) const ACCOUNT: usize = 12;

/// In this order. A note is the office's own: it comes back with the file, and is kept nowhere.
pub(super) static COLUMNS: [Column; 14] = [
    Column::required("姓名", &["人员姓名", "真实姓名", "名字"], "必填，与证件一致。", 14.0),
    Column::optional(
        "证件类型",
        &["证件种类", "证件类别"],
        "居民身份证、护照、港澳居民来往内地通行证、台湾居民来往大陆通行证、军官证、其他证件之一；不填为居民身份证。",
        18.0,
    ),
    Column::required(
        "证件号码",
        &["身份证号", "身份证号码", "身份证", "证件号", "公民身份号码"],
        "必填。须为文本格式：设为数字的 18 位号码会丢失末几位，将被退回。",
        24.0,
    ),
    Column::required(
        "手机号码",
        &["手机号", "手机", "联系电话", "移动电话", "联系方式", "电话"],
        "必填，本人使用的 11 位手机号。导入后用它接收短信验证码登录。",
        16.0,
    ),
    Column::optional(
        "单位",
        &["工作单位", "单位名称", "所在单位"],
        "行政部门导入时必填，填写单位全称、曾用名或别名；单位导入时可不填。",
        28.0,
    ),
    Column::optional(
        "科室",
        &["所在科室", "科室名称", "部门"],
        "须为该单位已有的科室。有同名科室时写明上级，如 内科/心血管内科。",
        20.0,
    ),
    Column::optional(
        "职称系列",
        &["系列", "职称类别"],
        "医师、护理、药师、技师、检验、研究、工程、教学、中医医师、中医护理、中药师、中医技师、中西医结合医师、其他之一。与“职称级别”同时填写。",
        14.0,
    ),
    Column::optional(
        "职称级别",
        &["级别", "职称等级"],
        "正高、副高、中级、初级（师）、初级（士）、无职称之一。",
        12.0,
    ),
    Column::optional(
        "职称",
        &["专业技术职称", "职称名称", "专业技术职务"],
        "也可不填以上两列，只填职称名称，如 主治医师、主管护师。",
        14.0,
    ),
    Column::optional("从事专业", &["专业", "专业名称"], "必填，不超过 50 个字。", 18.0),
    Column::optional(
        "参加继续医学教育",
        &["是否参加继续医学教育", "是否参加", "参加继教", "是否参加继教"],
        "是或否；不填为是。",
        18.0,
    ),
    Column::optional(
        "医通卡号",
        &["卡号", "继教卡号", "一卡通号", "医通卡", "IC卡号"],
        "可不填。原平台的卡号可继续使用，须为文本格式。",
        20.0,
    ),
    Column::optional(
        "账号",
        &["原账号", "原平台账号", "登录账号", "用户名"],
        "可不填。原平台的登录账号，不含密码；不能是手机号码、证件号码或银行账号。",
        20.0,
    ),
    Column::optional("备注", &["说明"], "仅供填表人使用，不导入。", 20.0),
];

pub(super) const DOCUMENTS: &[(DocumentKind, &[&str])] = &[
    (
        DocumentKind::IdCard,
        &["居民身份证", "身份证", "二代身份证", "港澳台居民居住证", "居住证", "外国人永久居留身份证"],
    ),
    (DocumentKind::Passport, &["护照"]),
    (DocumentKind::HkMacaoPermit, &["港澳居民来往内地通行证", "港澳通行证", "港澳居民通行证", "回乡证"]),
    (DocumentKind::TaiwanPermit, &["台湾居民来往大陆通行证", "台湾通行证", "台胞证"]),
    (DocumentKind::Officer, &["军官证", "警官证", "士官证"]),
    (DocumentKind::Other, &["其他证件", "其他"]),
];

pub(super) const ALL_SERIES: &[(TitleSeries, &[&str])] = &[
    (TitleSeries::Physician, &["医师", "医生", "医疗", "临床"]),
    (TitleSeries::Nurse, &["护理", "护士"]),
    (TitleSeries::Pharmacist, &["药师", "药学", "药剂"]),
    (TitleSeries::Technician, &["技师", "医技", "技术"]),
    (TitleSeries::Laboratory, &["检验"]),
    (TitleSeries::Research, &["研究", "科研"]),
    (TitleSeries::Engineering, &["工程"]),
    (TitleSeries::Teaching, &["教学", "教师"]),
    (TitleSeries::TcmPhysician, &["中医医师", "中医师", "中医"]),
    (TitleSeries::TcmNurse, &["中医护理"]),
    (TitleSeries::TcmPharmacist, &["中药师", "中医药师", "中药"]),
    (TitleSeries::TcmTechnician, &["中医技师"]),
    (TitleSeries::IntegratedPhysician, &["中西医结合医师", "中西医结合"]),
    (TitleSeries::Other, &["其他"]),
];

pub(super) const LEVELS: &[(TitleLevel, &[&str])] = &[
    (TitleLevel::Senior, &["正高", "正高级", "高级（正高）"]),
    (TitleLevel::AssociateSenior, &["副高", "副高级", "高级（副高）"]),
    (TitleLevel::Intermediate, &["中级"]),
    (TitleLevel::Junior, &["初级（师）", "初级(师)", "初级师", "师级", "初级"]),
    (TitleLevel::Assistant, &["初级（士）", "初级(士)", "初级士", "士级", "员级"]),
    (TitleLevel::None, &["无职称", "无", "未定级", "未评"]),
];

pub(super) const YES_OR_NO: &[(bool, &[&str])] =
    &[(true, &["是", "参加", "Y", "y", "1"]), (false, &["否", "不参加", "N", "n", "0"])];

/// Series and level of those who are called so; within a series where one is said. Of a name that several series have, the first.
pub(super) fn titled(series: Option<TitleSeries>, text: &str) -> Option<(TitleSeries, TitleLevel)> {
    let text: String = text.chars().filter(|letter| !letter.is_whitespace()).collect();
    if let Some((level, _)) =
        LEVELS.iter().find(|(level, names)| *level == TitleLevel::None && names.contains(&text.as_str()))
    {
        return Some((series.unwrap_or(TitleSeries::Other), *level));
    }
    let all = ALL_SERIES.iter().map(|(series, _)| *series);
    let mut wanted = all.filter(|one| series.is_none_or(|series| series == *one));
    wanted.find_map(|series| {
        let mut levels = LEVELS.iter().map(|(level, _)| *level);
        levels.find(|level| title(series, *level) == text).map(|level| (series, level))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use zaichang_platform::sheets::{meant, written};

    #[test]
    fn what_is_written_is_read_as_what_it_was_and_each_word_stands_for_one_thing() {
        for (series, _) in ALL_SERIES {
            assert_eq!(meant(ALL_SERIES, &written(ALL_SERIES, series)), Some(*series));
        }
        for (level, _) in LEVELS {
            assert_eq!(meant(LEVELS, &written(LEVELS, level)), Some(*level));
        }
        for (kind, _) in DOCUMENTS {
            assert_eq!(meant(DOCUMENTS, &written(DOCUMENTS, kind)), Some(*kind));
        }
        let all = |names: Vec<&str>| {
            let mut once = names.clone();
            once.sort_unstable();
            once.dedup();
            assert_eq!(once.len(), names.len(), "{names:?}");
        };
        all(ALL_SERIES.iter().flat_map(|(_, names)| names.iter().copied()).collect());
        all(LEVELS.iter().flat_map(|(_, names)| names.iter().copied()).collect());
        all(DOCUMENTS.iter().flat_map(|(_, names)| names.iter().copied()).collect());
        let columns = COLUMNS.iter();
        all(columns
            .flat_map(|column| [column.name].into_iter().chain(column.also.iter().copied()))
            .collect());
    }

    #[test]
    fn a_title_is_found_by_what_its_holders_are_called() {
        use {TitleLevel as L, TitleSeries as S};
        for (series, text, found) in [
            (None, "主治医师", Some((S::Physician, L::Intermediate))),
            (None, " 主管 护师", Some((S::Nurse, L::Intermediate))),
            (None, "副主任中医师", Some((S::TcmPhysician, L::AssociateSenior))),
            (Some(S::IntegratedPhysician), "主任医师", Some((S::IntegratedPhysician, L::Senior))),
            (Some(S::Nurse), "主任医师", None),
            (None, "无职称", Some((S::Other, L::None))),
            (Some(S::Nurse), "无", Some((S::Nurse, L::None))),
            (None, "大夫", None),
        ] {
            assert_eq!(titled(series, text), found, "{series:?} {text}");
        }
    }
}

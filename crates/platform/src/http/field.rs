//! What the fields that people fill in are called on their screens, so that a refusal names one in the reader's language.
//! It must not know which module reads a field, nor what may stand in it.

use super::language::Language;

/// A field that only programs send has no name here: it is in `field` and `explanation`.
const NAMES: [(&str, &str, &str); 42] = [
    ("above", "上级科室", "place above the department"),
    ("account", "账号", "account"),
    ("aliases", "别名", "aliases"),
    ("authority", "行政部门", "authority"),
    ("authority.division", "管辖区划", "division"),
    ("authority.name", "行政部门名称", "name of the authority"),
    ("cap", "考勤人数上限", "attendance cap"),
    ("card_number", "医通卡号", "card number"),
    ("check_ins", "所选签到记录", "chosen check-ins"),
    ("chosen", "所选内容", "chosen rows"),
    ("closes", "每日签到结束时间", "closing time"),
    ("consent", "隐私说明", "privacy notice"),
    ("credits", "学分", "credits"),
    ("department_id", "科室", "department"),
    ("division", "所在区划", "division"),
    ("document", "证件类型", "kind of document"),
    ("from", "开始日期", "first day"),
    ("heads", "清点人数", "head count"),
    ("hours", "学时", "class hours"),
    ("id_number", "证件号码", "ID number"),
    ("location.latitude", "会场坐标", "coordinates of the hall"),
    ("location.longitude", "会场坐标", "coordinates of the hall"),
    ("minutes", "抽查时长", "length of the spot check"),
    ("name", "姓名", "name"),
    ("number", "证件号码", "document number"),
    ("one_time_code", "验证码", "one-time code"),
    ("opens", "每日签到开始时间", "opening time"),
    ("password", "密码", "password"),
    ("person_id", "所选人员", "chosen person"),
    ("period", "举办周期", "declared period"),
    ("phone", "手机号", "mobile number"),
    ("place", "屏幕位置", "place of the screen"),
    ("q", "查找内容", "search text"),
    ("random", "抽查时段", "range of the spot check"),
    ("reason", "理由", "reason"),
    ("sms_code", "短信验证码", "code of the text message"),
    ("specialty", "专业", "specialty"),
    ("supervisor", "主管部门", "supervising authority"),
    ("title_level", "职称级别", "level of the title"),
    ("title_series", "职称系列", "series of the title"),
    ("to", "结束日期", "last day"),
    ("unit_id", "所在单位", "unit"),
];

/// What to do about a field, where it has a name.
pub(super) fn please_check(field: &str, language: Language) -> Option<String> {
    let (_, chinese, english) = NAMES.iter().find(|(word, ..)| *word == field)?;
    Some(match language {
        Language::Chinese => format!("请检查“{chinese}”。"),
        Language::English => format!("Please check the {english}."),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_named_in_the_reader_s_language_alone() {
        let is_latin = |text: &str| text.chars().any(|letter| letter.is_ascii_alphabetic());
        for (field, ..) in NAMES {
            let [chinese, english] =
                [Language::Chinese, Language::English].map(|language| please_check(field, language).unwrap());
            assert!(chinese.ends_with('。') && english.ends_with('.'), "{field}");
            assert!(!is_latin(&chinese), "{chinese}");
            assert!(english.is_ascii(), "{english}");
        }
        assert_eq!(please_check("client.device_id", Language::Chinese), None);
    }
}

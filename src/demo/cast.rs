//! The invented people: names, numbers and professions by rule, so that the same place in the line is always the same
//! person. All were born between 1880 and 1899: no living person has such a number. Pure.

use jiff::civil::{Date, date};

use zaichang_core::{IdNumber, Phone};

const SURNAMES: [&str; 24] = [
    "王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙", "胡", "朱", "高", "林", "何",
    "郭", "马", "罗", "梁", "宋", "欧阳", "谭",
];
const GIVEN: [&str; 32] = [
    "伟", "芳", "娜", "敏", "静", "丽", "强", "磊", "军", "洋", "勇", "艳", "杰", "娟", "涛", "明", "超",
    "秀兰", "霞", "平", "刚", "桂英", "文博", "雨欣", "子涵", "建国", "晓明", "佳怡", "海燕", "志远", "䶮",
    "思源",
];
const TITLES: [&str; 8] =
    ["主任医师", "副主任医师", "主治医师", "住院医师", "主任护师", "副主任护师", "主管护师", "主管药师"];
const SPECIALTIES: [&str; 10] = [
    "心血管内科",
    "呼吸与危重症医学",
    "普通外科",
    "骨科",
    "儿科",
    "妇产科",
    "急诊医学",
    "麻醉科",
    "护理学",
    "临床药学",
];

/// The person at a place of the line.
#[derive(Clone, Debug)]
pub(super) struct Role {
    pub name: String,
    pub id_number: IdNumber,
    pub phone: Phone,
    pub card_number: String,
    pub title: &'static str,
    pub specialty: &'static str,
}

impl Role {
    /// Places up to ten million have numbers of their own.
    pub fn at(place: usize) -> Self {
        let name =
            format!("{}{}", SURNAMES[place % SURNAMES.len()], GIVEN[place / SURNAMES.len() % GIVEN.len()]);
        Self {
            name,
            id_number: id_number(place),
            phone: Phone::parse(&format!("199{place:08}")).expect("199 and eight digits are a mobile number"),
            card_number: format!("{:09}", 430_000_000 + place),
            title: TITLES[place % TITLES.len()],
            specialty: SPECIALTIES[place % SPECIALTIES.len()],
        }
    }
}

/// 999 people a day share a district; the days run through twenty years.
fn id_number(place: usize) -> IdNumber {
    let (born, serial) = (place / 999, place % 999 + 1);
    let days = i64::try_from(born % 7300).unwrap_or(0);
    let born_on: Date = date(1880, 1, 1).saturating_add(jiff::Span::new().days(days));
    let district = 430_102 + born / 7300 % 10;
    let first = format!("{district}{}{serial:03}", born_on.strftime("%Y%m%d"));
    let number = format!("{first}{}", check_digit(&first));
    IdNumber::try_from(number).expect("made by the rule of GB 11643")
}

/// GB 11643: weights are powers of two modulo 11.
fn check_digit(first: &str) -> char {
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = first.bytes().zip(weights).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    char::from(b"10X98765432"[(sum % 11) as usize])
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn everybody_has_numbers_of_their_own_and_was_born_before_1900() {
        let cast: Vec<_> = (0..5000).map(Role::at).collect();
        let numbers: HashSet<_> = cast.iter().map(|role| role.id_number.expose().to_owned()).collect();
        assert_eq!(numbers.len(), cast.len());
        assert!(cast.iter().all(|role| role.id_number.born_on().year() < 1900));
        Role::at(9_999_999);
    }
}

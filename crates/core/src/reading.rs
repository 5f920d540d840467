//! How a person's name is read: its pinyin and its initials, by which it is found where nobody types Chinese. A surname is read as
//! surnames are: 单 is Shan, 曾 is Zeng. Pure. It must not know where a reading is kept.

use pinyin::ToPinyin as _;

/// The reading of a name, in lower-case letters without tones or blanks; ü is written v, as keyboards have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// 王小明: `wangxiaoming`.
    pub pinyin: String,
    /// `wxm`.
    pub initials: String,
}

/// Surnames of which the reading is one of several of the character, or not its first (现代汉语词典); those of two characters first.
const SURNAMES: [(&str, &[&str]); 66] = [
    ("长孙", &["zhang", "sun"]),
    ("单于", &["chan", "yu"]),
    ("澹台", &["tan", "tai"]),
    ("独孤", &["du", "gu"]),
    ("皇甫", &["huang", "fu"]),
    ("令狐", &["ling", "hu"]),
    ("万俟", &["mo", "qi"]),
    ("尉迟", &["yu", "chi"]),
    ("夏侯", &["xia", "hou"]),
    ("鲜于", &["xian", "yu"]),
    ("宰父", &["zai", "fu"]),
    ("宗政", &["zong", "zheng"]),
    ("薄", &["bo"]),
    ("秘", &["bi"]),
    ("卜", &["bu"]),
    ("岑", &["cen"]),
    ("晁", &["chao"]),
    ("车", &["che"]),
    ("谌", &["chen"]),
    ("种", &["chong"]),
    ("重", &["chong"]),
    ("褚", &["chu"]),
    ("啜", &["chuai"]),
    ("盖", &["ge"]),
    ("干", &["gan"]),
    ("戈", &["ge"]),
    ("过", &["guo"]),
    ("哈", &["ha"]),
    ("郇", &["xun"]),
    ("纪", &["ji"]),
    ("贾", &["jia"]),
    ("靳", &["jin"]),
    ("阚", &["kan"]),
    ("隗", &["wei"]),
    ("乐", &["yue"]),
    ("缪", &["miao"]),
    ("牟", &["mu"]),
    ("那", &["na"]),
    ("能", &["nai"]),
    ("宁", &["ning"]),
    ("区", &["ou"]),
    ("逄", &["pang"]),
    ("朴", &["piao"]),
    ("繁", &["po"]),
    ("戚", &["qi"]),
    ("祁", &["qi"]),
    ("仇", &["qiu"]),
    ("曲", &["qu"]),
    ("任", &["ren"]),
    ("单", &["shan"]),
    ("召", &["shao"]),
    ("折", &["she"]),
    ("石", &["shi"]),
    ("眭", &["sui"]),
    ("宿", &["su"]),
    ("冼", &["xian"]),
    ("洗", &["xian"]),
    ("解", &["xie"]),
    ("燕", &["yan"]),
    ("应", &["ying"]),
    ("员", &["yun"]),
    ("曾", &["zeng"]),
    ("查", &["zha"]),
    ("翟", &["zhai"]),
    ("祭", &["zhai"]),
    ("覃", &["qin"]),
];

impl Reading {
    /// Letters and digits of the name stay as they are; what has no reading is left out.
    pub fn of_name(name: &str) -> Self {
        let name = name.trim();
        let surname = SURNAMES.iter().find(|(surname, _)| name.starts_with(surname));
        let (surname, read) = surname.map_or(("", [].as_slice()), |(surname, read)| (*surname, *read));
        let mut reading = Self { pinyin: String::new(), initials: String::new() };
        for syllable in read {
            reading.add(syllable);
        }
        let mut in_word = false;
        for letter in name[surname.len()..].chars() {
            if letter.is_ascii_alphanumeric() {
                let lower = letter.to_ascii_lowercase();
                reading.pinyin.push(lower);
                // A word of letters has one initial; a digit is none.
                if !in_word && letter.is_ascii_alphabetic() {
                    reading.initials.push(lower);
                }
                in_word = true;
                continue;
            }
            in_word = false;
            if let Some(pinyin) = letter.to_pinyin() {
                reading.add(pinyin.plain());
            }
        }
        reading
    }

    fn add(&mut self, syllable: &str) {
        let written = syllable.replace('ü', "v").replace('ê', "e");
        self.initials.extend(written.chars().next());
        self.pinyin.push_str(&written);
    }

    /// What somebody has typed, as a reading is written; none if it holds anything but letters, blanks and apostrophes.
    pub fn typed(text: &str) -> Option<String> {
        let mut typed = String::with_capacity(text.len());
        for letter in text.trim().chars() {
            match letter {
                ' ' | '\'' | '’' => {}
                'ü' | 'Ü' => typed.push('v'),
                letter if letter.is_ascii_alphabetic() => typed.push(letter.to_ascii_lowercase()),
                _ => return None,
            }
        }
        // As passports write it.
        let typed = typed.replace("lyu", "lv").replace("nyu", "nv");
        (!typed.is_empty()).then_some(typed)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_name_is_read_as_its_bearer_says_it() {
        let table = [
            ("王伟", "wangwei", "ww"),
            ("欧阳雨欣", "ouyangyuxin", "oyyx"),
            ("单田芳", "shantianfang", "stf"),
            ("曾国藩", "zengguofan", "zgf"),
            ("解晓东", "xiexiaodong", "xxd"),
            ("仇英", "qiuying", "qy"),
            ("区志远", "ouzhiyuan", "ozy"),
            ("尉迟恭", "yuchigong", "ycg"),
            ("万俟卨", "moqixie", "mqx"),
            ("吕布", "lvbu", "lb"),
            ("任重", "renzhong", "rz"),
            // Only a surname is read as one.
            ("王单", "wangdan", "wd"),
            ("李䶮", "liyan", "ly"),
            ("买买提·吐尔逊", "maimaitituerxun", "mmttex"),
            ("王Tom", "wangtom", "wt"),
            ("", "", ""),
            ("·", "", ""),
        ];
        for (name, pinyin, initials) in table {
            let reading = Reading::of_name(name);
            assert_eq!((reading.pinyin.as_str(), reading.initials.as_str()), (pinyin, initials), "{name}");
        }
    }

    #[test]
    fn what_is_typed_is_read_as_it_is_kept() {
        let table = [
            ("Wang Wei", Some("wangwei")),
            ("xi'an", Some("xian")),
            ("lüBu", Some("lvbu")),
            ("LYU BU", Some("lvbu")),
            ("王wei", None),
            ("138", None),
            ("%", None),
            ("  ", None),
        ];
        for (text, typed) in table {
            assert_eq!(Reading::typed(text).as_deref(), typed, "{text}");
        }
    }

    #[test]
    fn each_surname_stands_once_and_has_a_syllable_for_each_character() {
        for (at, (surname, read)) in SURNAMES.iter().enumerate() {
            assert_eq!(surname.chars().count(), read.len(), "{surname}");
            assert!(SURNAMES[..at].iter().all(|(before, _)| !surname.starts_with(before)), "{surname}");
        }
    }

    proptest! {
        #[test]
        fn a_reading_is_lower_case_letters_and_digits_whatever_the_name(name in "\\PC{0,50}") {
            let reading = Reading::of_name(&name);
            prop_assert!(reading.pinyin.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()), "{reading:?}");
            prop_assert!(reading.initials.len() <= reading.pinyin.len());
        }
    }
}

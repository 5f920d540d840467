//! How a name is read: its pinyin and its initials, by which it is found without typing Chinese. A person's surname is read as
//! surnames are: 单 is Shan, 曾 is Zeng; in a unit's name places are: 重庆 is Chongqing. Pure. It must not know where a reading is kept.

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

/// Words in the names of places and units that are read otherwise than their characters by themselves (中国地名大词典); longer ones
/// first where one begins another.
const PLACES: [(&str, &[&str]); 68] = [
    ("重庆", &["chong", "qing"]),
    ("厦门", &["xia", "men"]),
    ("六安", &["lu", "an"]),
    ("六合", &["lu", "he"]),
    ("蚌埠", &["beng", "bu"]),
    ("台州", &["tai", "zhou"]),
    ("天台", &["tian", "tai"]),
    ("丽水", &["li", "shui"]),
    ("乐清", &["yue", "qing"]),
    ("番禺", &["pan", "yu"]),
    ("东莞", &["dong", "guan"]),
    ("亳州", &["bo", "zhou"]),
    ("单县", &["shan", "xian"]),
    ("浚县", &["xun", "xian"]),
    ("歙县", &["she", "xian"]),
    ("莘县", &["shen", "xian"]),
    ("尉氏", &["wei", "shi"]),
    ("什邡", &["shi", "fang"]),
    ("铅山", &["yan", "shan"]),
    ("涡阳", &["guo", "yang"]),
    ("荥阳", &["xing", "yang"]),
    ("荥经", &["ying", "jing"]),
    ("泌阳", &["bi", "yang"]),
    ("黄陂", &["huang", "pi"]),
    ("大埔", &["da", "bu"]),
    ("任丘", &["ren", "qiu"]),
    ("井陉", &["jing", "xing"]),
    ("宿州", &["su", "zhou"]),
    ("宿迁", &["su", "qian"]),
    ("吴堡", &["wu", "bu"]),
    ("洪洞", &["hong", "tong"]),
    ("郫县", &["pi", "xian"]),
    ("繁峙", &["fan", "shi"]),
    ("解州", &["hai", "zhou"]),
    ("曲阜", &["qu", "fu"]),
    ("曲靖", &["qu", "jing"]),
    ("朝阳", &["chao", "yang"]),
    ("朝天", &["chao", "tian"]),
    ("西藏", &["xi", "zang"]),
    ("长", &["chang"]),
    ("都", &["du"]),
    ("乐", &["le"]),
    ("大", &["da"]),
    ("会", &["hui"]),
    ("行", &["xing"]),
    ("省", &["sheng"]),
    ("传", &["chuan"]),
    ("卡", &["ka"]),
    ("血", &["xue"]),
    ("校", &["xiao"]),
    ("区", &["qu"]),
    ("解", &["jie"]),
    ("调", &["tiao"]),
    ("中", &["zhong"]),
    ("和", &["he"]),
    ("藏", &["zang"]),
    ("车", &["che"]),
    ("石", &["shi"]),
    ("柏", &["bai"]),
    ("地", &["di"]),
    ("阿", &["a"]),
    ("参", &["shen"]),
    ("术", &["shu"]),
    ("重", &["zhong"]),
    ("正", &["zheng"]),
    ("数", &["shu"]),
    ("种", &["zhong"]),
    ("干", &["gan"]),
];

impl Reading {
    /// Of a person's name. Letters and digits of it stay as they are; what has no reading is left out.
    pub fn of_name(name: &str) -> Self {
        let name = name.trim();
        let mut reading = Self { pinyin: String::new(), initials: String::new() };
        let rest = reading.add_word(name, &SURNAMES).unwrap_or(name);
        reading.add_each(rest, &[]);
        reading
    }

    /// Of the name of a unit or an authority.
    pub fn of_unit(name: &str) -> Self {
        let mut reading = Self { pinyin: String::new(), initials: String::new() };
        reading.add_each(name.trim(), &PLACES);
        reading
    }

    /// Reads a word of the table where the text begins with one. What follows it.
    fn add_word<'a>(&mut self, text: &'a str, words: &[(&str, &[&str])]) -> Option<&'a str> {
        let (rest, read) =
            words.iter().find_map(|(word, read)| text.strip_prefix(word).map(|rest| (rest, *read)))?;
        for syllable in read {
            self.add(syllable);
        }
        Some(rest)
    }

    fn add_each(&mut self, text: &str, words: &[(&str, &[&str])]) {
        let (mut rest, mut in_word) = (text, false);
        loop {
            if let Some(after) = self.add_word(rest, words) {
                (rest, in_word) = (after, false);
                continue;
            }
            let mut letters = rest.chars();
            let Some(letter) = letters.next() else { return };
            rest = letters.as_str();
            if letter.is_ascii_alphanumeric() {
                let lower = letter.to_ascii_lowercase();
                self.pinyin.push(lower);
                // A word of letters has one initial; a digit is none.
                if !in_word && letter.is_ascii_alphabetic() {
                    self.initials.push(lower);
                }
                in_word = true;
                continue;
            }
            in_word = false;
            if let Some(pinyin) = letter.to_pinyin() {
                self.add(pinyin.plain());
            }
        }
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
    fn a_unit_is_read_as_its_town_says_it() {
        let table = [
            ("重庆市第一人民医院", "chongqingshidiyirenminyiyuan", "cqsdyrmyy"),
            ("长沙市中心医院", "changshashizhongxinyiyuan", "csszxyy"),
            ("首都医科大学附属北京朝阳医院", "shouduyikedaxuefushubeijingchaoyangyiyuan", "sdykdxfsbjcyyy"),
            ("成都中医药大学", "chengduzhongyiyaodaxue", "cdzyydx"),
            ("六安市妇幼保健院", "luanshifuyoubaojianyuan", "lasfybjy"),
            ("乐清市疾病预防控制中心", "yueqingshijibingyufangkongzhizhongxin", "yqsjbyfkzzx"),
            ("乐山市传染病医院", "leshanshichuanranbingyiyuan", "lsscrbyy"),
            ("西藏自治区", "xizangzizhiqu", "xzzzq"),
            ("单县血液中心", "shanxianxueyezhongxin", "sxxyzx"),
            ("解放军总医院（301 医院）", "jiefangjunzongyiyuan301yiyuan", "jfjzyyyy"),
            ("厦门大学附属第一医院", "xiamendaxuefushudiyiyiyuan", "xmdxfsdyyy"),
        ];
        for (name, pinyin, initials) in table {
            let reading = Reading::of_unit(name);
            assert_eq!((reading.pinyin.as_str(), reading.initials.as_str()), (pinyin, initials), "{name}");
        }
    }

    #[test]
    fn each_word_of_a_table_stands_once_and_has_a_syllable_for_each_character() {
        for table in [SURNAMES.as_slice(), PLACES.as_slice()] {
            for (at, (word, read)) in table.iter().enumerate() {
                assert_eq!(word.chars().count(), read.len(), "{word}");
                assert!(table[..at].iter().all(|(before, _)| !word.starts_with(before)), "{word}");
            }
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

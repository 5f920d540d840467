//! Divisions by what they are called in lists: by their code, by their name from the province down, or by a part of it that only
//! one of the authority's divisions has. Pure.

use std::collections::{HashMap, HashSet};

use super::fault::Fault;

/// A division, as it stands or as it was.
#[derive(Clone, Debug)]
pub struct ImportDivision {
    pub code: String,
    pub name: String,
    pub parent: Option<String>,
    /// What came in its place.
    pub successor: Option<String>,
    pub stands: bool,
}

/// The divisions of an authority.
pub(super) struct Places {
    /// The standing ones by each name that they may be called by or were, none if several are.
    names: HashMap<String, Option<String>>,
    /// The standing ones by their codes and those that they had.
    codes: HashMap<String, String>,
    /// Where a row lies that does not say: of an authority whose division has no parts.
    own: Option<String>,
    /// What lies right below each of them, or did: its code and name.
    parts: HashSet<(String, String)>,
    parents: HashMap<String, String>,
}

impl Places {
    /// `all` are those of the whole country, `root` the authority's own; without one all are its.
    pub fn new(all: &[ImportDivision], root: Option<&str>) -> Self {
        let by_code: HashMap<_, _> = all.iter().map(|place| (place.code.as_str(), place)).collect();
        let mut places = Self {
            names: HashMap::new(),
            codes: HashMap::new(),
            own: None,
            parts: HashSet::new(),
            parents: HashMap::new(),
        };
        // Those that stand first: a name that one of them has is no former one's.
        let standing = all.iter().filter(|place| place.stands);
        for place in standing.clone().chain(all.iter().filter(|place| !place.stands)) {
            let mut way = vec![place];
            while let Some(above) = way.last().and_then(|at| by_code.get(at.parent.as_deref()?)) {
                way.push(above);
            }
            let Some(now) = now(place, &by_code) else { continue };
            if root.is_some_and(|root| way.iter().all(|at| at.code != root)) {
                continue;
            }
            way.reverse();
            let parts: Vec<_> = way.iter().map(|at| at.name.as_str()).collect();
            places.codes.insert(place.code.clone(), now.to_owned());
            if let Some(parent) = &place.parent {
                places.parts.insert((parent.clone(), place.name.clone()));
                places.parents.insert(place.code.clone(), parent.clone());
            }
            for name in names(&parts) {
                places.call(name, now, place.stands);
            }
        }
        let has_parts = |code: &str| all.iter().any(|place| place.parent.as_deref() == Some(code));
        places.own = root.filter(|root| !has_parts(root)).map(ToOwned::to_owned);
        places
    }

    fn call(&mut self, name: String, code: &str, stands: bool) {
        let known = self.names.get(&name).map(Option::as_deref);
        match known {
            None => self.names.insert(name, Some(code.to_owned())),
            Some(Some(other)) if stands && other != code => self.names.insert(name, None),
            Some(_) => None,
        };
    }

    /// What stands in a division's place now: itself, unless it was redrawn.
    pub fn now<'a>(&'a self, code: &'a str) -> &'a str {
        self.codes.get(code).map_or(code, String::as_str)
    }

    /// Whether what is right below this division has one that is called so.
    pub fn has_part(&self, code: &str, name: &str) -> bool {
        self.parts.contains(&(code.to_owned(), name.to_owned()))
    }

    /// The division itself, what it lies in, and so on, as far as they are the authority's.
    pub fn way_up<'a>(&'a self, code: &'a str) -> impl Iterator<Item = &'a str> {
        std::iter::successors(Some(code), |code| self.parents.get(*code).map(String::as_str))
            .filter(|code| self.codes.contains_key(*code))
    }

    /// The code of what is called so.
    pub fn find(&self, text: &str) -> Result<String, Fault> {
        let text: String =
            text.chars().filter(|letter| letter.is_alphanumeric() || "（）".contains(*letter)).collect();
        if text.is_empty() {
            return self.own.clone().ok_or(Fault::DivisionMissing);
        }
        if let Some(code) = self.codes.get(&text) {
            return Ok(code.clone());
        }
        match self.names.get(&text) {
            Some(Some(code)) => Ok(code.clone()),
            Some(None) => Err(Fault::DivisionAmbiguous),
            None => Err(Fault::DivisionUnknown),
        }
    }
}

/// What stands in a division's place, through all that it has become; none where nothing does.
fn now<'a>(place: &'a ImportDivision, by_code: &HashMap<&str, &'a ImportDivision>) -> Option<&'a str> {
    let follows = |place: &&'a ImportDivision| by_code.get(place.successor.as_deref()?).copied();
    // A chain of successors is short; one that is a circle ends, too.
    let mut line = std::iter::successors(Some(place), follows).take(20);
    line.find(|place| place.stands).map(|place| place.code.as_str())
}

/// 湖南省长沙市岳麓区 is also 长沙市岳麓区, 湖南省岳麓区 and 岳麓区.
fn names(parts: &[&str]) -> Vec<String> {
    let mut names: Vec<_> = (0..parts.len()).map(|from| parts[from..].concat()).collect();
    if let [province, _, county] = parts {
        names.push(format!("{province}{county}"));
    }
    names.sort_unstable();
    names.dedup();
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(root: Option<&str>) -> Places {
        let of = |code: &str, name: &str, parent: Option<&str>| ImportDivision {
            code: code.to_owned(),
            name: name.to_owned(),
            parent: parent.map(ToOwned::to_owned),
            successor: None,
            stands: true,
        };
        let over = |code: &str, name: &str, successor: Option<&str>| ImportDivision {
            successor: successor.map(ToOwned::to_owned),
            stands: false,
            ..of(code, name, Some("430100"))
        };
        let all = [
            of("430000", "湖南省", None),
            of("430100", "长沙市", Some("430000")),
            of("430104", "岳麓区", Some("430100")),
            of("430200", "株洲市", Some("430000")),
            of("430203", "芦淞区", Some("430200")),
            of("440000", "广东省", None),
            of("440100", "广州市", Some("440000")),
            of("440104", "岳麓区", Some("440100")),
            over("430122", "望城县", Some("430112")),
            over("430112", "望城区", Some("430104")),
            over("430199", "芦淞区", Some("430104")),
            over("430198", "无后区", None),
        ];
        Places::new(&all, root)
    }

    #[test]
    fn a_division_is_found_by_its_code_and_by_as_much_of_its_name_as_is_one_s_alone() {
        let country = places(None);
        for text in
            ["430104", "湖南省长沙市岳麓区", " 湖南省 / 长沙市 / 岳麓区", "长沙市岳麓区", "湖南省岳麓区"]
        {
            assert_eq!(country.find(text), Ok("430104".to_owned()), "{text}");
        }
        assert_eq!(country.find("岳麓区"), Err(Fault::DivisionAmbiguous));
        assert_eq!(country.find("芦淞区"), Ok("430203".to_owned()));
        assert_eq!(country.find("岳麓"), Err(Fault::DivisionUnknown));
        assert_eq!(country.find(""), Err(Fault::DivisionMissing));
    }

    #[test]
    fn an_authority_knows_its_own_alone_and_a_county_s_need_not_say_it() {
        let province = places(Some("430000"));
        assert_eq!(province.find("岳麓区"), Ok("430104".to_owned()));
        assert_eq!(province.find("440104"), Err(Fault::DivisionUnknown));
        assert_eq!(province.find(" "), Err(Fault::DivisionMissing));
        assert_eq!(places(Some("430104")).find(""), Ok("430104".to_owned()));
    }

    #[test]
    fn one_that_was_redrawn_is_what_it_has_become() {
        let province = places(Some("430000"));
        for text in ["望城县", "湖南省长沙市望城区", "430122"] {
            assert_eq!(province.find(text), Ok("430104".to_owned()), "{text}");
        }
        assert_eq!((province.now("430122"), province.now("430104")), ("430104", "430104"));
        assert_eq!(province.find("芦淞区"), Ok("430203".to_owned()), "the one that is called so now");
        assert_eq!(province.find("无后区"), Err(Fault::DivisionUnknown));
        assert!(province.has_part("430100", "望城县") && !province.has_part("430104", "望城县"));
    }
}

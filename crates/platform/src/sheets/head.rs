//! Which rows of a sheet are its head, and which of its columns are those that are asked for. Heads come with stars, remarks and
//! blanks, below a title, under more than one name, and as two or three rows of cells that are one. Pure.

use std::collections::{BTreeMap, HashMap};

/// A column that is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// As the template has it.
    pub name: &'static str,
    /// What else it is called in workbooks that people have.
    pub also: &'static [&'static str],
    /// A sheet without it is of another kind.
    pub required: bool,
    /// What the template says of it.
    pub hint: &'static str,
    /// In characters.
    pub width: f64,
}

impl Column {
    /// One that a sheet of the kind has.
    pub const fn required(
        name: &'static str,
        also: &'static [&'static str],
        hint: &'static str,
        width: f64,
    ) -> Self {
        Self { name, also, required: true, hint, width }
    }

    /// One that a sheet may lack.
    pub const fn optional(
        name: &'static str,
        also: &'static [&'static str],
        hint: &'static str,
        width: f64,
    ) -> Self {
        Self { name, also, required: false, hint, width }
    }
}

/// Rows at the top, blank ones not counted, of which one may begin the head.
pub(super) const SEARCHED: usize = 10;
/// Rows of a head.
pub(super) const DEEP: u32 = 3;

/// The texts at a sheet's top, by row and column from 0.
pub(super) type Top = BTreeMap<u32, BTreeMap<u16, String>>;

/// A head.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Head {
    /// Its last row, from 0.
    pub last: u32,
    /// The columns of those that are asked for, by their places among them.
    pub columns: HashMap<usize, u16>,
}

/// The head of a sheet; none of one of another kind. `merged` are cells that are one, as their first and last row.
pub(super) fn find(wanted: &[Column], top: &Top, merged: &[(u32, u32)]) -> Option<Head> {
    top.keys().take(SEARCHED).find_map(|first| {
        let spans = merged.iter().filter(|(from, to)| from == first && to - from < DEEP);
        let last = spans.map(|(_, to)| *to).max().unwrap_or(*first);
        let mut texts: BTreeMap<u16, &str> = BTreeMap::new();
        // What stands lower says more: 所在区划 over 省, 市州, 区县.
        for row in top.range(*first..=last).map(|(_, row)| row) {
            texts.extend(row.iter().map(|(at, text)| (*at, text.as_str())));
        }
        Some(Head { last, columns: columns(wanted, &texts)? })
    })
}

/// The place of each column that is asked for; none where a required one is missing.
fn columns(wanted: &[Column], row: &BTreeMap<u16, &str>) -> Option<HashMap<usize, u16>> {
    let heads: Vec<_> = row.iter().map(|(at, text)| (*at, bare(text))).collect();
    let mut found = HashMap::new();
    for (place, column) in wanted.iter().enumerate() {
        let mut names = [column.name].into_iter().chain(column.also.iter().copied());
        match names.find_map(|name| heads.iter().find(|(_, head)| head == name)) {
            Some((at, _)) => {
                found.insert(place, *at);
            }
            None if column.required => return None,
            None => {}
        }
    }
    Some(found)
}

/// A head without what stands around its name: stars, remarks in brackets, blanks, colons.
fn bare(text: &str) -> String {
    let before_remark = text.split(['（', '(', '【', '[', '：', ':']).next().unwrap_or_default();
    before_remark.chars().filter(|letter| !letter.is_whitespace() && !"*＊★".contains(*letter)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const WANTED: [Column; 3] = [
        Column {
            name: "单位名称", also: &["单位", "工作单位"], required: true, hint: "", width: 20.0
        },
        Column { name: "级别", also: &[], required: false, hint: "", width: 8.0 },
        Column { name: "省", also: &[], required: false, hint: "", width: 8.0 },
    ];

    fn found(rows: &[&[&str]], merged: &[(u32, u32)]) -> Option<(u32, Vec<(usize, u16)>)> {
        let top = (0..).zip(rows.iter().map(|row| {
            let texts = (0..).zip(row.iter().map(|text| (*text).to_owned()));
            texts.filter(|(_, text)| !text.is_empty()).collect()
        }));
        find(&WANTED, &top.collect(), merged).map(|Head { last, columns }| {
            let mut columns: Vec<_> = columns.into_iter().collect();
            columns.sort_unstable();
            (last, columns)
        })
    }

    #[test]
    fn a_head_is_known_by_its_names_whatever_stands_around_them() {
        let row = |row: &[&str]| found(&[row], &[]).map(|(_, columns)| columns);
        assert_eq!(row(&["序号", "* 单位 名称（必填）", "级别："]), Some(vec![(0, 1), (1, 2)]));
        assert_eq!(row(&["工作单位"]), Some(vec![(0, 0)]));
        assert_eq!(row(&["单位", "单位名称"]), Some(vec![(0, 1)]), "its own name first");
        assert_eq!(row(&["姓名", "级别"]), None);
        assert_eq!(row(&[]), None);
    }

    #[test]
    fn a_head_of_several_rows_is_one() {
        let rows: [&[&str]; 4] =
            [&["联系表"], &["单位", "所在区划", ""], &["", "省", "级别"], &["级别", "省", "县"]];
        assert_eq!(found(&rows, &[(0, 0), (1, 2)]), Some((2, vec![(0, 0), (1, 2), (2, 1)])));
        // Without such cells the next row is one like any other.
        assert_eq!(found(&rows, &[(0, 0)]), Some((1, vec![(0, 0)])));
        assert_eq!(found(&rows, &[(1, 9)]), Some((1, vec![(0, 0)])), "as deep as no head");
    }
}

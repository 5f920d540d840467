//! What the rows of a file come to, one after the other: how many do what, what is wrong with them, and what the plan is known by.
//! Pure.

use sha2::{Digest as _, Sha256};

use super::{Counts, RowFault};

/// Rows whose faults are said: more hold one sentence in all, so that a file of nothing but faults takes little memory.
const SAID_ROWS: usize = 20_000;
/// Faults that are said of one row.
const SAID_OF_A_ROW: usize = 6;

/// What is wrong with a row, as it is said to the person who filled it in: which column, and what to do.
pub trait Says {
    /// In one sentence of Chinese and one of English.
    fn sentences(&self) -> (String, String);
}

/// What a row does.
pub enum Does<'a, F> {
    Add,
    Change,
    Same,
    Wrong(&'a [F]),
}

/// What the rows so far come to.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    pub counts: Counts,
    pub faults: Vec<RowFault>,
    digest: Sha256,
}

impl Tally {
    /// Adds a row, which the plan is known by as well: all that it does stands in `known_by`, so that another plan is another.
    pub fn row<F: Says>(&mut self, number: u32, name: &str, does: &Does<'_, F>, known_by: &[u8]) {
        self.digest.update(format!("{number} {name} "));
        self.digest.update(known_by);
        let Counts { add, change, same, wrong } = &mut self.counts;
        *match does {
            Does::Add => add,
            Does::Change => change,
            Does::Same => same,
            Does::Wrong(_) => wrong,
        } += 1;
        if let Does::Wrong(faults) = does {
            self.say(number, name, faults);
        }
    }

    /// What the plan is known by: the admin who has it carried out says which one they have seen.
    pub fn plan(&self) -> String {
        hex::encode(&self.digest.clone().finalize()[..16])
    }

    /// Says what is wrong with a row, as far as there is room for it.
    fn say<F: Says>(&mut self, number: u32, name: &str, faults: &[F]) {
        if self.faults.len() > SAID_ROWS {
            return;
        }
        let (chinese, english) = if self.faults.len() == SAID_ROWS {
            (
                "错误过多：从本行起不再逐行标出，请先更正以上各行，再重新导入".to_owned(),
                "Too many faults: from this row on none is marked. Correct those above, and import the file again".to_owned(),
            )
        } else {
            let said = faults.iter().take(SAID_OF_A_ROW).map(Says::sentences);
            let (chinese, english): (Vec<_>, Vec<_>) = said.unzip();
            (chinese.join("；"), english.join("; "))
        };
        self.faults.push(RowFault { row: number, name: name.to_owned(), chinese, english });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct PhoneWrong;

    impl Says for PhoneWrong {
        fn sentences(&self) -> (String, String) {
            ("手机号码有误".to_owned(), "The mobile number is wrong".to_owned())
        }
    }

    #[test]
    fn of_a_file_of_nothing_but_faults_twenty_thousand_rows_are_said_and_all_are_counted() {
        let mut tally = Tally::default();
        let rows = u32::try_from(SAID_ROWS).unwrap() + 7;
        for row in 0..rows {
            tally.row(row, "张三", &Does::Wrong(&[const { PhoneWrong }; 9]), b"wrong");
        }
        assert_eq!((tally.counts.wrong, tally.faults.len()), (rows, SAID_ROWS + 1));
        assert_eq!(tally.faults[0].chinese.matches("手机号码").count(), SAID_OF_A_ROW);
        assert!(tally.faults[SAID_ROWS].chinese.starts_with("错误过多"));
    }

    #[test]
    fn another_row_makes_another_plan() {
        let plan = |rows: &[(u32, &str, &[u8])]| {
            let mut tally = Tally::default();
            for (number, name, known_by) in rows {
                tally.row::<PhoneWrong>(*number, name, &Does::Add, known_by);
            }
            tally.plan()
        };
        let one = plan(&[(2, "张三", b"add")]);
        assert_eq!(one, plan(&[(2, "张三", b"add")]));
        for other in
            [plan(&[(3, "张三", b"add")]), plan(&[(2, "李四", b"add")]), plan(&[(2, "张三", b"fill")])]
        {
            assert_ne!(one, other);
        }
    }
}

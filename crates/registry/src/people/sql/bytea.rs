//! Bytes in a row that goes to Postgres as JSON, whose keys are the columns' names.

use serde::{Serialize, Serializer};

/// Written as Postgres reads a `bytea`.
pub(in crate::people) struct Bytea<T>(pub T);

impl<T: AsRef<[u8]>> Serialize for Bytea<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("\\x{}", hex::encode(&self.0)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_written_as_postgres_reads_them() {
        assert_eq!(serde_json::to_string(&Bytea([0, 0x1f, 0xff])).unwrap(), r#""\\x001fff""#);
    }
}

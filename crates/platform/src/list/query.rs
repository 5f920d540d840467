//! The address's query of a list, and the page that answers it.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;

use super::{Cursor, Limit};
use crate::http::Problem;
use crate::http::query::query;

/// What of a list is chosen and in which order: the address's query without its paging.
pub trait Filter: DeserializeOwned {
    /// Where a row lies in the list: the keys that it is ordered by, the last of them unique.
    type Keyset: Serialize + DeserializeOwned;

    /// Whether the list can go on after this place: not if it lies in another order.
    fn goes_on_after(&self, _: &Self::Keyset) -> bool {
        true
    }
}

/// The part of the address's query that is the same for every list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Paging {
    /// How many: 1 to 200, 50 unless said.
    #[serde(default)]
    #[param(value_type = Option<i64>, minimum = 1, maximum = 200)]
    limit: Limit,
    /// `next` of the page before.
    #[param(max_length = 512)]
    after: Option<String>,
}

/// What is asked of a list.
#[derive(Debug)]
pub struct List<F: Filter> {
    pub filter: F,
    /// The place of the last row of the page before.
    pub after: Option<F::Keyset>,
    limit: i64,
}

/// A page of a list.
#[derive(Debug, PartialEq)]
pub struct Page<R, P> {
    pub rows: Vec<R>,
    /// To be handed in as `after`; none on the last page.
    pub next: Option<Cursor<P>>,
}

impl<F: Filter> List<F> {
    /// All that the filter chooses, so many at a time: for exports.
    pub const fn whole(filter: F, at_a_time: i64) -> Self {
        Self { filter, after: None, limit: at_a_time }
    }

    /// How many rows to read: one more than the page holds tells whether there is another page.
    pub const fn rows(&self) -> i64 {
        self.limit + 1
    }

    /// The page of these rows, of which as many were asked for as `rows` says.
    pub fn page<R>(&self, mut rows: Vec<R>, place: impl FnOnce(&R) -> F::Keyset) -> Page<R, F::Keyset> {
        let limit = usize::try_from(self.limit).unwrap_or(0);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = rows.last().filter(|_| more).map(|last| Cursor(place(last)));
        Page { rows, next }
    }
}

impl<S: Send + Sync, F: Filter> FromRequestParts<S> for List<F> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let is_paging = |field: &&str| matches!(field.split('=').next(), Some("limit" | "after"));
        let (paging, filter): (Vec<_>, Vec<_>) =
            parts.uri.query().unwrap_or_default().split('&').partition(is_paging);
        let Paging { limit: Limit(limit), after } = query(&paging.join("&"))?;
        let filter: F = query(&filter.join("&"))?;
        let not_a_cursor = || Problem::field("after", "it is `next` of a page of this list, in this order");
        let after = after.map(|text| Cursor::read(&text).ok_or_else(not_a_cursor)).transpose()?;
        let after = after.map(|Cursor(place)| place);
        if after.as_ref().is_some_and(|place| !filter.goes_on_after(place)) {
            return Err(not_a_cursor());
        }
        Ok(Self { filter, after, limit })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct ByName {
        name: Option<String>,
        #[serde(default)]
        backwards: bool,
    }

    impl Filter for ByName {
        type Keyset = (bool, i64);

        fn goes_on_after(&self, place: &Self::Keyset) -> bool {
            place.0 == self.backwards
        }
    }

    async fn asked(query: &str) -> Result<List<ByName>, Problem> {
        let request = axum::http::Request::get(format!("/records{query}")).body(()).unwrap();
        List::from_request_parts(&mut request.into_parts().0, &()).await
    }

    fn next(place: (bool, i64)) -> String {
        let cursor = serde_json::to_value(Cursor(place)).unwrap();
        cursor.as_str().unwrap().to_owned()
    }

    #[tokio::test]
    async fn filter_and_paging_are_read_from_one_query() {
        let nothing = asked("").await.unwrap();
        assert_eq!((nothing.rows(), nothing.after, nothing.filter.name), (51, None, None));
        let cursor = next((true, 7));
        let all = asked(&format!("?name=%E7%8E%8B%26x&after={cursor}&backwards=true&limit=7")).await.unwrap();
        assert_eq!((all.rows(), all.after, all.filter.name.as_deref()), (8, Some((true, 7)), Some("王&x")));
    }

    #[tokio::test]
    async fn what_is_wrong_names_its_field() {
        let of_another_order = format!("?after={}", next((true, 7)));
        for (query, field) in [
            ("?limit=0", "limit"),
            ("?limit=x", "limit"),
            ("?after=x", "after"),
            ("?after=WyJcdTAwMDAiLDFd", "after"),
            (of_another_order.as_str(), "after"),
            ("?backwards=perhaps", "backwards"),
            ("?odd=1", "query"),
            ("?name=%00", "query"),
        ] {
            assert_eq!(asked(query).await.unwrap_err().field.as_deref(), Some(field), "{query}");
        }
    }

    #[tokio::test]
    async fn one_row_more_than_a_page_is_another_page() {
        let list = asked("?limit=2").await.unwrap();
        let page = list.page(vec![5, 6, 7], |row| (false, *row));
        assert_eq!(page, Page { rows: vec![5, 6], next: Some(Cursor((false, 6))) });
        assert_eq!(list.page(vec![5, 6], |row| (false, *row)).next, None);
        assert_eq!(list.page(Vec::new(), |row| (false, *row)), Page { rows: Vec::new(), next: None });
    }
}

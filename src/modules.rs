//! The modules that the program is put together from. The order is that in which they are opened.

use axum::Router;
use utoipa_axum::router::OpenApiRouter;

use zaichang_platform::http::{Refusal, refusals};
use zaichang_platform::metric::{self, Metric};
use zaichang_platform::module::{Context, Module};
use zaichang_platform::settings::Declaration;

/// Each crate lists its own.
fn all() -> impl Iterator<Item = &'static Module> {
    let crates = [
        zaichang_platform::MODULES,
        zaichang_registry::MODULES,
        zaichang_hosting::MODULES,
        zaichang_attendance::MODULES,
    ];
    crates.into_iter().flatten()
}

/// What they add to the API's document.
pub fn documents() -> OpenApiRouter {
    all().fold(OpenApiRouter::new(), |whole, module| {
        whole.merge(OpenApiRouter::with_openapi((module.document)()))
    })
}

/// Every refusal that the service can answer: those that every request may meet, then each module's.
pub fn refusals() -> impl Iterator<Item = Refusal> {
    let of_modules = all().flat_map(|module| module.refusals);
    refusals::ALL
        .iter()
        .chain(of_modules)
        .chain(zaichang_integrations::REFUSALS.iter().copied().flatten())
        .copied()
}

/// Everything that may be set about them, and about other services.
pub fn settings() -> impl Iterator<Item = Declaration> {
    all().flat_map(|module| module.settings).chain(zaichang_integrations::SETTINGS).copied()
}

/// Everything that the crates record about themselves.
pub fn metrics() -> impl Iterator<Item = &'static Metric> {
    let of_modules = all().flat_map(|module| module.metrics);
    metric::METRICS.iter().chain(of_modules).chain(zaichang_integrations::METRICS.iter().copied().flatten())
}

/// Opens all of them, and gives their routes.
pub fn open(context: &mut Context) -> anyhow::Result<Router> {
    all().try_fold(Router::new(), |whole, module| {
        let routes = (module.open)(context).map_err(|error| error.context(module.name))?;
        Ok(whole.merge(routes))
    })
}

#[cfg(test)]
mod order;

#[cfg(test)]
mod tests {
    use zaichang_attendance::checkin::refusals as at_checkin;

    use super::*;

    #[test]
    fn every_refusal_has_a_word_of_its_own_and_an_error_status() {
        let mut words: Vec<_> = refusals().map(Refusal::word).collect();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), refusals().count());
        for refusal in refusals() {
            assert!(refusal.status().is_client_error() || refusal.status().is_server_error());
        }
    }

    #[test]
    fn what_organisers_are_told_too_calls_no_reader_you_and_sends_no_staff_to_the_staff() {
        let at_both = [
            at_checkin::SCREEN_CLOSED,
            at_checkin::PERSON_NOT_APPROVED,
            at_checkin::PERSON_INACTIVE,
            at_checkin::PROJECT_NOT_APPROVED,
            at_checkin::OUTSIDE_PERIOD,
            at_checkin::COURSE_NOT_OPEN,
            at_checkin::COURSE_OVER,
            at_checkin::CAP_REACHED,
        ];
        for refusal in at_both {
            let (chinese, english) = (refusal.chinese(), refusal.english());
            let all = [chinese.title, chinese.detail, english.title, english.detail].join(" ");
            for wrong in
                ["您", "本单位", "联系会务人员", "扫描", " your ", "Your ", "If you", "ask the staff"]
            {
                assert!(!all.contains(wrong), "{}: {wrong}: {all}", refusal.word());
            }
        }
    }

    #[test]
    fn no_sentence_shouts_and_none_is_missing() {
        for refusal in refusals() {
            for sentence in [refusal.chinese(), refusal.english()] {
                assert!(!sentence.title.is_empty() && !sentence.detail.is_empty());
                assert!(!sentence.title.contains(['!', '！']) && !sentence.detail.contains(['!', '！']));
            }
        }
    }

    #[test]
    fn each_language_is_spoken_alone_and_in_the_words_of_a_training_office() {
        let gone = [
            "工作人员",
            "管理后台",
            "控制台",
            "浏览器",
            "入库",
            "身份证号",
            "学员",
            "继教管理员",
            "登记",
            "没有找到",
        ];
        for refusal in refusals() {
            let (chinese, english) = (refusal.chinese(), refusal.english());
            assert!(english.title.is_ascii() && english.detail.is_ascii(), "{}", refusal.word());
            for word in gone {
                assert!(
                    !chinese.title.contains(word) && !chinese.detail.contains(word),
                    "{word}: {chinese:?}"
                );
            }
        }
    }
}

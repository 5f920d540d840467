//! Documents on paper: whether the program that is set makes every template's sample.

use super::finding::Finding;
use crate::config::Settings;
use zaichang_integrations::print::PrintProgram;

pub(super) async fn examine(settings: &Settings) -> Finding {
    const CHECK: &str = "print";
    let Some(program) = PrintProgram::of(settings.modules.of()) else {
        return Finding::note(
            CHECK,
            "未设置 not set",
            "未设置 ZAICHANG_PRINT_PROGRAM：管理端不能打印签到表等单据。",
            "ZAICHANG_PRINT_PROGRAM is not set: sign-in sheets and other documents cannot be printed from the console.",
        );
    };
    match program.check().await {
        Ok(names) => Finding::fine(CHECK, format!("{} 个模板 templates: {}", names.len(), names.join(", "))),
        Err(error) => Finding::wrong(
            CHECK,
            error,
            "单据不能打印：请检查 ZAICHANG_PRINT_PROGRAM、ZAICHANG_PRINT_TEMPLATES 和字体（fonts-noto-cjk、fonts-hanazono）；模板有误时，按文件名和行号改正。签到不受影响。",
            "Documents cannot be printed: check ZAICHANG_PRINT_PROGRAM, ZAICHANG_PRINT_TEMPLATES and the fonts (fonts-noto-cjk, \
             fonts-hanazono); where a template is wrong, correct it at this file and line. Check-ins work.",
        ),
    }
}

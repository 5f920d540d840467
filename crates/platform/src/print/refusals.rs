//! The refusals of documents that are printed.

pub use crate::http::refusals::*;

crate::refusals! {
    PRINTING_NOT_SET "printing_not_set" 409
        ["本平台未启用单据打印", "请联系平台的运维人员安装单据打印程序并设置 ZAICHANG_PRINT_PROGRAM。"]
        ["Documents cannot be printed here yet", "Please ask the platform's operator to install the printing program and to set ZAICHANG_PRINT_PROGRAM."]
    PRINTING_BUSY "printing_busy" 503
        ["正在生成的单据较多", "请稍后重试。"]
        ["Many documents are being made just now", "Please try again in a moment."]
    DOCUMENT_TOO_LARGE "document_too_large" 422
        ["单据内容过多，未能生成", "请缩小范围，分几次打印。"]
        ["This is too much for one document", "Please choose less, and print it in parts."]
    GLYPH_MISSING "glyph_missing" 422
        ["单据中有字体不支持的字，未生成", "请核对姓名用字是否录入有误；确认无误的，请联系平台的运维人员补充字体。"]
        ["A character of this document is in none of the fonts", "Please see whether a name was mistyped. If it is right, ask the platform's operator to add a font that has it."]
    DOCUMENT_NOT_MADE "document_not_made" 500
        ["单据未能生成", "请联系平台的运维人员检查单据模板与打印程序：运行 zaichang doctor 可查出原因。"]
        ["The document could not be made", "Please ask the platform's operator to look at the templates and the printing program: `zaichang doctor` finds the reason."]
}

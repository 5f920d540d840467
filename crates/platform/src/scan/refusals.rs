//! The refusals of files that users send.

pub use crate::http::refusals::*;

crate::refusals! {
    FILE_HAS_MALWARE "file_has_malware" 400
        ["文件中发现病毒", "文件未被采用。请用杀毒软件检查本机，再从原始来源重新制作文件后上传。"]
        ["Malware was found in the file", "It is not used. Please check this computer with an anti-virus program, make the file anew from its source, and send that."]
    SCANNER_UNAVAILABLE "scanner_unavailable" 503
        ["暂时无法检查文件是否安全", "文件未被采用，请稍后重新上传；如果一直如此，请联系平台的运维人员检查病毒扫描服务。"]
        ["Files cannot be checked for malware now", "It is not used: please send it again later. If this goes on, please ask the platform's operator to look at the malware scanner."]
}

//! Which program prints, by which templates and fonts.

use std::path::PathBuf;

use serde::Deserialize;
use zaichang_platform::settings::{self, MayBe};

/// Where `zaichang-print` is, and what it reads. Without the program nothing is printed.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Settings {
    #[serde(rename = "print_program")]
    pub program: Option<PathBuf>,
    #[serde(rename = "print_templates")]
    pub templates: PathBuf,
    /// None: where Debian has them.
    #[serde(rename = "print_fonts")]
    pub fonts: Option<PathBuf>,
}

impl Default for Settings {
    fn default() -> Self {
        Self { program: None, templates: "/usr/local/share/zaichang/templates".into(), fonts: None }
    }
}

impl settings::Settings for Settings {
    const MAY_BE: &'static [MayBe] = &[
        (
            "PRINT_PROGRAM",
            "请写程序 zaichang-print 的绝对路径，例如 /usr/local/bin/zaichang-print",
            "write the absolute path of the program zaichang-print, such as /usr/local/bin/zaichang-print",
        ),
        (
            "PRINT_TEMPLATES",
            "请写模板文件夹的绝对路径，例如 /usr/local/share/zaichang/templates",
            "write the absolute path of the templates' folder, such as /usr/local/share/zaichang/templates",
        ),
        (
            "PRINT_FONTS",
            "请写字体文件夹的绝对路径，例如 /usr/share/fonts/zaichang",
            "write the absolute path of the fonts' folder, such as /usr/share/fonts/zaichang",
        ),
    ];

    fn check(&self, _all: &settings::Values) -> Result<(), &'static str> {
        let relative = |path: &Option<PathBuf>| path.as_ref().is_some_and(|path| !path.is_absolute());
        match self {
            _ if relative(&self.program) => Err("print_program"),
            _ if !self.templates.is_absolute() => Err("print_templates"),
            _ if relative(&self.fonts) => Err("print_fonts"),
            _ => Ok(()),
        }
    }
}

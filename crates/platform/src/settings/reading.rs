//! Reading: the environment over one file, for all declarations at once. It must not repeat a value, nor touch what one points at.

use std::env;
use std::path::Path;

use config::{Config, ConfigError, File, FileFormat, FileSourceFile};
use serde_json::{Map, Value};

use super::names::{as_in_the_environment, is_of_kubernetes, strays_among};
use super::{Declaration, Error, PREFIX, Settings, Stray, Values, refused, without_prefix};

/// Reads what is declared.
pub struct Reader(Vec<Declaration>);

impl Reader {
    pub fn new(declarations: impl IntoIterator<Item = Declaration>) -> Self {
        Self(declarations.into_iter().collect())
    }

    /// Every setting at its default.
    pub fn defaults(&self) -> Values {
        let mut values = Values::default();
        self.0.iter().for_each(|declaration| (declaration.take_defaults)(&mut values));
        values
    }

    /// The environment over the file, with everything checked that can be without touching anything: the names, too.
    pub fn load(&self, file: Option<&Path>) -> Result<Values, Error> {
        let strays = self.strays(file);
        if strays.is_empty() { self.read(file) } else { Err(Error::Strays(strays)) }
    }

    /// The same without the check of names, for callers that report unknown names themselves.
    pub fn read(&self, file: Option<&Path>) -> Result<Values, Error> {
        if let Some(file) = file.filter(|file| !file.exists()) {
            return Err(Error::NoFile(file.to_owned()));
        }
        let environment =
            config::Environment::with_prefix(PREFIX).prefix_separator("_").separator("__").ignore_empty(true);
        let sources = Config::builder().add_source(file_source(file)).add_source(environment);
        self.read_from(&sources.build().map_err(|error| explained(error, None, &[]))?)
    }

    /// What the settings of this text in TOML are, or are refused with.
    pub fn read_text(&self, written: &str) -> Result<Values, Error> {
        let sources = Config::builder().add_source(File::from_str(written, FileFormat::Toml));
        self.read_from(&sources.build().map_err(|error| explained(error, None, &[]))?)
    }

    fn read_from(&self, sources: &Config) -> Result<Values, Error> {
        let mut values = Values::default();
        for declaration in &self.0 {
            (declaration.read)(sources, &mut values)?;
        }
        self.check(&values)?;
        Ok(values)
    }

    /// Refuses contradictions, and values that cannot work.
    pub fn check(&self, values: &Values) -> Result<(), Error> {
        for declaration in &self.0 {
            (declaration.check)(values)
                .map_err(|field| refused(declaration.may_be, &without_prefix(declaration.table, field)))?;
        }
        Ok(())
    }

    /// The names in the environment and the settings file that are no setting's.
    pub fn strays(&self, file: Option<&Path>) -> Vec<Stray> {
        let environment = env::vars_os().filter_map(|(name, _)| name.into_string().ok());
        let environment: Vec<_> = environment
            .map(|name| name.to_ascii_uppercase())
            .filter(|name| name.starts_with(&format!("{PREFIX}_")))
            .collect();
        let ours = environment.iter().filter(|name| !is_of_kubernetes(name, &environment)).cloned();
        strays_among(&self.known(), ours.chain(in_file(file)))
    }

    /// Every name as it is written in the environment.
    pub fn known(&self) -> Vec<String> {
        let names = self.0.iter().flat_map(|declaration| {
            let names = (declaration.names)().into_iter();
            names.map(|name| format!("{PREFIX}_{}", without_prefix(declaration.table, name)))
        });
        names.collect()
    }

    /// The sentences of a setting, by its name without the prefix.
    pub fn may_be(&self, setting: &str) -> Option<(&'static str, &'static str)> {
        let mut all = self.0.iter().flat_map(|declaration| declaration.may_be);
        all.find(|(name, ..)| *name == setting).map(|(_, zh, en)| (*zh, *en))
    }
}

/// Reads one kind of settings, and keeps them.
pub(super) fn read<T: Settings>(sources: &Config, values: &mut Values) -> Result<(), Error> {
    let read = match T::TABLE {
        None => sources.clone().try_deserialize(),
        Some(table) => match sources.get::<config::Value>(table) {
            Ok(written) => T::deserialize(written),
            Err(ConfigError::NotFound(_)) => Ok(T::default()),
            Err(error) => Err(error),
        },
    };
    values.put(read.map_err(|error| explained(error, T::TABLE, T::MAY_BE))?);
    Ok(())
}

/// What the reader of the sources says, as the setting's own refusal.
fn explained(error: ConfigError, table: Option<&str>, may_be: &[super::MayBe]) -> Error {
    match (error, table) {
        (
            ConfigError::NotFound(key)
            | ConfigError::Type { key: Some(key), .. }
            | ConfigError::At { key: Some(key), .. },
            table,
        ) => refused(may_be, &without_prefix(table, &key)),
        (ConfigError::FileParse { uri, cause }, _) => {
            Error::Syntax { file: uri.unwrap_or_default(), why: without_excerpt(&cause.to_string()) }
        }
        // Which of its settings is at fault is not known.
        (_, Some(table)) => refused(may_be, &table.to_ascii_uppercase()),
        (other, None) => Error::Unreadable(other.to_string()),
    }
}

/// A parser's words without the lines of the file that it shows, in which a secret may stand.
fn without_excerpt(said: &str) -> String {
    let is_excerpt = |line: &&str| {
        line.trim_start_matches(|one: char| one == ' ' || one.is_ascii_digit()).starts_with('|')
    };
    said.lines().filter(|line| !is_excerpt(line) && !line.is_empty()).collect::<Vec<_>>().join(": ")
}

/// The settings file: the named one must be there, `zaichang.toml` in the working directory may be.
fn file_source(file: Option<&Path>) -> File<FileSourceFile, FileFormat> {
    match file {
        Some(path) => File::from(path).required(true),
        None => File::with_name("zaichang.toml").format(FileFormat::Toml).required(false),
    }
}

/// The names in the settings file. A file that cannot be read is reported when its values are read.
fn in_file(file: Option<&Path>) -> Vec<String> {
    let read = Config::builder().add_source(file_source(file)).build();
    let table = read.and_then(Config::try_deserialize::<Map<String, Value>>);
    let mut names = Vec::new();
    for (name, value) in table.unwrap_or_default() {
        match value {
            Value::Object(nested) => {
                names.extend(nested.keys().map(|inner| as_in_the_environment(&format!("{name}__{inner}"))));
            }
            _ => names.push(as_in_the_environment(&name)),
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_of_a_file_are_looked_at_too() {
        let folder = std::env::temp_dir().join(format!("zaichang-settings-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let file = folder.join("settings.toml");
        let written =
            "repeat_s = 600\nRepeat_S = 600\nlistn = \"x\"\n[sms]\nprovider = \"log\"\nprovder = 1\n";
        std::fs::write(&file, written).unwrap();
        let known = ["REPEAT_S", "SMS__PROVIDER"].map(|name| format!("{PREFIX}_{name}"));
        let mut names: Vec<_> =
            strays_among(&known, in_file(Some(&file))).into_iter().map(|stray| stray.name).collect();
        names.sort_unstable();
        std::fs::remove_dir_all(&folder).unwrap();
        assert_eq!(names, ["ZAICHANG_LISTN", "ZAICHANG_Repeat_S", "ZAICHANG_SMS__PROVDER"]);
    }
}

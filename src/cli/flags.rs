//! The flags of a command, generated from its settings.

use std::marker::PhantomData;
use std::path::PathBuf;

use clap::builder::ValueParser;
use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches};

use crate::config::{self, Section, Setting, Sources};

const CONFIG: &str = "config";

/// A flag for every setting in `S`, and `--config` for the file.
pub struct Flags<S> {
    file: Option<PathBuf>,
    given: Vec<(&'static Setting, String)>,
    settings: PhantomData<fn() -> S>,
}

impl<S: Section> Flags<S> {
    /// Reads the settings from the flags, the environment and the file.
    ///
    /// # Errors
    /// Returns all invalid settings.
    pub fn load(self) -> Result<S, config::Error> {
        let mut sources = Sources::from_process(self.file);
        for (setting, text) in self.given {
            sources = sources.with_flag(setting, &text);
        }
        config::load(&sources)
    }
}

impl<S: Section> Args for Flags<S> {
    fn augment_args(command: Command) -> Command {
        let file = Arg::new(CONFIG)
            .long(CONFIG)
            .value_name("FILE")
            .value_parser(ValueParser::path_buf())
            .help("A TOML file with settings [env: SYLLABUS_CONFIG]");
        S::settings()
            .into_iter()
            .fold(command.next_help_heading("Settings"), |command, setting| command.arg(flag(setting)))
            .arg(file)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl<S: Section> FromArgMatches for Flags<S> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let given = |setting: &'static Setting| Some((setting, matches.get_one::<String>(setting.name)?.clone()));
        Ok(Self {
            file: matches.get_one(CONFIG).cloned(),
            given: S::settings().into_iter().filter_map(given).collect(),
            settings: PhantomData,
        })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

/// Creates the flag of a setting. It accepts any text: the value is validated together with all other settings.
fn flag(setting: &'static Setting) -> Arg {
    let mut notes = vec![format!("env: {}", setting.variable())];
    if let (Some(default), Some(_)) = (setting.default, setting.placeholder) {
        notes.insert(0, format!("default: {default}"));
    }
    let arg = Arg::new(setting.name).long(setting.flag()).action(ArgAction::Set).help(format!(
        "{} [{}]",
        setting.help,
        notes.join(", ")
    ));
    match setting.placeholder {
        Some(placeholder) => arg.value_name(placeholder),
        None => arg.num_args(0..=1).require_equals(true).default_missing_value("true").value_name("BOOL"),
    }
}

//! The flags of a command, made from the keys of its settings.

use std::marker::PhantomData;
use std::path::PathBuf;

use clap::builder::ValueParser;
use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches};

use crate::config::{self, Key, Section, Sources};

const CONFIG: &str = "config";

/// A flag for every setting in `S`, and `--config` for the file.
pub struct Flags<S> {
    file: Option<PathBuf>,
    given: Vec<(&'static Key, String)>,
    settings: PhantomData<fn() -> S>,
}

impl<S: Section> Flags<S> {
    /// Reads the settings from the flags, the environment and the file.
    ///
    /// # Errors
    /// Everything that is wrong with any of them.
    pub fn load(self) -> Result<S, config::Error> {
        let mut sources = Sources::of_process(self.file);
        for (key, text) in self.given {
            sources = sources.with_flag(key, &text);
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
        S::keys()
            .into_iter()
            .fold(command.next_help_heading("Settings"), |command, key| command.arg(flag(key)))
            .arg(file)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl<S: Section> FromArgMatches for Flags<S> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let given = |key: &'static Key| Some((key, matches.get_one::<String>(key.name)?.clone()));
        Ok(Self {
            file: matches.get_one(CONFIG).cloned(),
            given: S::keys().into_iter().filter_map(given).collect(),
            settings: PhantomData,
        })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

/// Takes any text: what is wrong with it is told with all the rest, when the settings are read.
fn flag(key: &'static Key) -> Arg {
    let mut notes = vec![format!("env: {}", key.variable())];
    if let (Some(default), Some(_)) = (key.default, key.placeholder) {
        notes.insert(0, format!("default: {default}"));
    }
    let arg =
        Arg::new(key.name).long(key.flag()).action(ArgAction::Set).help(format!("{} [{}]", key.help, notes.join(", ")));
    match key.placeholder {
        Some(placeholder) => arg.value_name(placeholder),
        None => arg.num_args(0..=1).require_equals(true).default_missing_value("true").value_name("BOOL"),
    }
}

//! The arguments of every command, with the help that a newcomer reads.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::language::Language;
use crate::pack::DEFAULT_PACK;

const AFTER_HELP: &str = "\
Examples:
  gamsa audit my-bundle                    audit the bundle in the folder my-bundle
  gamsa audit my-bundle --lang ko          the same, reported in Korean
  gamsa audit submissions --format json    audit every bundle below submissions
  gamsa rules list                         what is checked
  gamsa rules show WRK-07                  one criterion in full

A bundle is a folder with a bundle.yaml, or one YAML file. docs/evidence.md lists what it can hold.";

const EXIT_HELP: &str = "\
Exit status:
    0  every bundle passes
    1  at least one bundle fails
    2  nothing could be judged, or something was not audited, or a rule is broken
    3  no bundle fails, but an inspector has to decide something
  130  interrupted: the report holds the bundles that were judged until then";

/// Audits evidence bundles against the criteria of an authority and lists every missing item.
#[derive(Debug, Parser)]
#[command(name = "gamsa", bin_name = "gamsa", version, about, after_help = AFTER_HELP, max_term_width = 100)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Audit bundles: judge every criterion and list what is missing
    #[command(after_help = EXIT_HELP, max_term_width = 100)]
    Audit(Box<AuditArguments>),
    /// Show the criteria of a rule pack
    Rules {
        /// What to show.
        #[command(subcommand)]
        command: RulesCommand,
    },
}

/// The arguments of `gamsa audit`.
#[derive(Debug, Args)]
pub struct AuditArguments {
    /// Bundles: a folder with a bundle.yaml, one YAML file, an archive (.zip, .tar, .tar.gz), a folder of any of these,
    /// or - for standard input
    #[arg(required_unless_present = "files_from", value_name = "PATH")]
    pub paths: Vec<PathBuf>,

    /// Also audit the bundles that a file lists, one a line or separated by NUL; - reads the list from standard input
    #[arg(long, value_name = "FILE|-")]
    pub files_from: Option<PathBuf>,

    /// Rule pack: a folder, or the id of an embedded pack
    #[arg(long, value_name = "ID|DIR", default_value = DEFAULT_PACK)]
    pub pack: String,

    /// Stage to judge at, such as plan or result [default: the one that the bundle states]
    #[arg(long, value_name = "STAGE")]
    pub stage: Option<String>,

    /// Leave out what a pattern matches, such as '*.bak' or 'drafts/**'; never a part of a bundle; may repeat
    #[arg(long, value_name = "GLOB")]
    pub exclude: Vec<String>,

    /// Date of judgement, as 2024-07-01, or `submitted` to judge each bundle as filed [default: today in the time zone of
    /// the pack]
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<String>,

    /// File with the facts of an order (dates of notice, incidents), or a folder of them; each bundle is judged by the
    /// order that it names; may repeat [default: the order of the pack]
    #[arg(long, value_name = "FILE|DIR")]
    pub order: Vec<PathBuf>,

    /// File with the decisions of an inspector: answers to open questions, and waivers; outside the bundles
    #[arg(long, value_name = "FILE")]
    pub decisions: Option<PathBuf>,

    /// Also write the questions that are open to a new file, ready to be answered and given with --decisions; - is the screen
    #[arg(long, value_name = "FILE|-")]
    pub decisions_template: Option<PathBuf>,

    /// Set a parameter of the pack; may repeat
    #[arg(long, value_name = "NAME=VALUE")]
    pub param: Vec<String>,

    /// Judge only this rule or control; may repeat
    #[arg(long, value_name = "ID|CONTROL")]
    pub only: Vec<String>,

    /// Format of the report; may repeat, each with its --output
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub format: Vec<ReportFormat>,

    /// File to write the report to instead of the screen; may repeat, one for each --format; - is the screen
    #[arg(long, short, value_name = "FILE|-")]
    pub output: Vec<PathBuf>,

    /// Bundles to audit at the same time [default: one for each processor]
    #[arg(long, short, value_name = "N")]
    pub jobs: Option<std::num::NonZeroUsize>,

    /// Write each bundle as soon as it is judged, not in the order of the input
    #[arg(long)]
    pub unordered: bool,

    /// Change a limit on bundles: file-bytes, bundle-bytes, files, attachment-bytes, depth, values, value-bytes, key-bytes,
    /// aliases, steps, byte-steps; may repeat
    #[arg(long, value_name = "NAME=N")]
    pub limit: Vec<String>,

    /// Read every file with the general YAML reader, also those that the quicker one for plain YAML could read
    #[arg(long, hide = true)]
    pub general_reader: bool,

    /// Language of the report [default: from the locale]
    #[arg(long, value_enum)]
    pub lang: Option<Lang>,

    /// When to use colour
    #[arg(long, value_enum, default_value_t = Color::Auto)]
    pub color: Color,

    /// Print the verdict only
    #[arg(long, short, conflicts_with = "verbose")]
    pub quiet: bool,

    /// Also list what passed and what does not apply
    #[arg(long, short)]
    pub verbose: bool,
}

/// The commands under `gamsa rules`.
#[derive(Debug, Subcommand)]
pub enum RulesCommand {
    /// List every criterion of the pack
    List(RulesArguments),
    /// Show one criterion in full: demand, basis, remedy, messages
    Show {
        /// The id of the rule, such as WRK-07
        #[arg(value_name = "ID")]
        id: String,
        /// How to show it.
        #[command(flatten)]
        arguments: RulesArguments,
    },
}

/// What the commands under `gamsa rules` have in common.
#[derive(Debug, Args)]
pub struct RulesArguments {
    /// Rule pack: a folder, or the id of an embedded pack
    #[arg(long, value_name = "ID|DIR", default_value = DEFAULT_PACK)]
    pub pack: String,

    /// Format
    #[arg(long, value_enum, default_value_t = RulesFormat::Text)]
    pub format: RulesFormat,

    /// Language of the text [default: from the locale]
    #[arg(long, value_enum)]
    pub lang: Option<Lang>,

    /// When to use colour
    #[arg(long, value_enum, default_value_t = Color::Auto)]
    pub color: Color,
}

/// Report formats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ReportFormat {
    /// For a person at a terminal
    Text,
    /// For programs: gamsa.report/v2
    Json,
    /// For programs, one bundle a line as soon as it is judged, and last a line with the summary
    Ndjson,
}

/// Formats of rule listings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum RulesFormat {
    /// For a person at a terminal
    Text,
    /// For programs: gamsa.rules/v1
    Json,
}

/// Languages to choose from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Lang {
    /// English
    En,
    /// Korean
    Ko,
}

/// When to use colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal that has not said otherwise (NO_COLOR, CLICOLOR)
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

impl From<Lang> for Language {
    fn from(lang: Lang) -> Self {
        match lang {
            Lang::En => Self::English,
            Lang::Ko => Self::Korean,
        }
    }
}

impl Arguments {
    /// Returns the language that was asked for, if one was.
    pub fn language(&self) -> Option<Language> {
        let lang = match &self.command {
            Command::Audit(audit) => audit.lang,
            Command::Rules { command: RulesCommand::List(arguments) | RulesCommand::Show { arguments, .. } } => {
                arguments.lang
            }
        };
        lang.map(Language::from)
    }

    /// Returns when to use colour on the screen. What has no colour need not be searched for it.
    pub fn color(&self) -> Color {
        match &self.command {
            Command::Audit(audit) if !audit.format.is_empty() && !audit.format.contains(&ReportFormat::Text) => {
                Color::Always
            }
            Command::Audit(audit) => audit.color,
            Command::Rules { command: RulesCommand::List(arguments) | RulesCommand::Show { arguments, .. } } => {
                arguments.color
            }
        }
    }
}

//! Where an audit broke: context on an error that picks the headline. Every such error is exit status 2.
//!
//! An error is one line, whatever it repeats of a file or of the command; several mistakes have a type of their own.

use std::fmt;

use crate::language::{Language, Text};

/// What could not be done; attached to an `anyhow` error as context and found again at the edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorStage {
    /// The command line asks for something that does not exist.
    Usage,
    /// The bundle, or the path to it, could not be read.
    Load,
    /// The rule pack is not usable.
    Pack,
    /// An order is not usable.
    Order,
    /// The file with the decisions of the inspector is not usable.
    Decisions,
    /// The report could not be written.
    Write,
}

impl ErrorStage {
    /// Returns the headline of the error.
    pub fn words(self) -> Text {
        match self {
            Self::Usage => Text::new("the command cannot be run as given", "명령을 그대로 실행할 수 없음"),
            Self::Load => Text::new("the evidence cannot be read", "제출 자료를 읽을 수 없음"),
            Self::Order => Text::new("the order cannot be used", "시정요구를 사용할 수 없음"),
            Self::Pack => Text::new("the rule pack cannot be used", "점검기준을 사용할 수 없음"),
            Self::Decisions => Text::new("the decisions cannot be used", "점검자 판단 파일을 사용할 수 없음"),
            Self::Write => Text::new("the report cannot be written", "보고서를 저장할 수 없음"),
        }
    }
}

impl fmt::Display for ErrorStage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words().en)
    }
}

/// Several mistakes in the files of a pack or in an order, each of which is reported on lines of its own.
#[derive(Debug)]
pub struct Mistakes(pub Vec<Text>);

impl Mistakes {
    /// Returns all of them in one language.
    pub fn render(&self, language: Language) -> String {
        self.0.iter().map(|mistake| mistake.get(language)).collect::<Vec<_>>().join("\n")
    }
}

impl fmt::Display for Mistakes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(Language::English))
    }
}

impl std::error::Error for Mistakes {}

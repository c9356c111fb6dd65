//! Which reports a run writes, and where; checked before anything is judged.
//!
//! No output is a file that the run reads, or lies in a bundle that it audits, and no two outputs are one file.

use std::path::{Path, PathBuf};

use anyhow::{Context, Error, Result, anyhow, bail};

use super::arguments::{AuditArguments, ReportFormat};
use super::decisions;
use super::place::{FilePlace, Meeting, OutputPlace, shown};
use crate::load::{MANIFEST, is_manifest};

/// What is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OutputContent {
    /// A report on every bundle.
    Report(ReportFormat),
    /// The open questions, as a file of decisions to fill in.
    Questions,
}

/// One report to write.
#[derive(Debug)]
pub(super) struct OutputTarget {
    pub(super) content: OutputContent,
    pub(super) place: OutputPlace,
}

impl OutputContent {
    /// Returns the option that names where it goes.
    fn option(self) -> &'static str {
        match self {
            Self::Report(_) => "--output",
            Self::Questions => "--decisions-template",
        }
    }
}

/// Pairs formats with files, in the order they were given; `questions` is where the open questions go.
///
/// # Errors
/// The numbers do not agree, nothing can be written at one of the places, or two of them are one file.
pub(super) fn targets(
    formats: &[ReportFormat],
    files: &[PathBuf],
    questions: Option<&Path>,
) -> Result<Vec<OutputTarget>> {
    let mut targets: Vec<OutputTarget> = Vec::new();
    for (content, file) in pairs(formats, files, questions)? {
        let option = content.option();
        let name = || format!("{option} {}", file.map_or("-".to_owned(), shown));
        let place = file.map_or(Ok(OutputPlace::Screen), OutputPlace::of).with_context(name)?;
        if let Some(other) = targets.iter().find(|other| other.place.is_shared_with(&place)) {
            match (content, other.given()) {
                (OutputContent::Questions, None) => {
                    bail!("{}: the report goes to the screen too; add --output for it, or name a file", name())
                }
                (OutputContent::Report(_), None) => {
                    bail!("two reports for the screen: add an --output for each but one")
                }
                (_, Some(path)) => {
                    bail!("{}: is the file of {} too, given twice; name another file", name(), other.named(path))
                }
            }
        }
        if let (OutputContent::Questions, OutputPlace::File(place)) = (content, &place) {
            decisions::check_template(place)?;
        }
        targets.push(OutputTarget { content, place });
    }
    Ok(targets)
}

type Pair<'f> = (OutputContent, Option<&'f Path>);

/// Pairs formats with files; no file is the screen.
fn pairs<'f>(formats: &[ReportFormat], files: &'f [PathBuf], questions: Option<&'f Path>) -> Result<Vec<Pair<'f>>> {
    let is_on_screen = questions == Some(Path::new("-"));
    let formats: &[ReportFormat] = match formats {
        // Who asks for the questions on the screen asks for nothing else there.
        [] if is_on_screen && files.is_empty() => &[],
        [] => &[ReportFormat::Text],
        formats => formats,
    };
    if files.len() > formats.len() {
        bail!("{} --output for {} --format: give one format for each file", files.len(), formats.len());
    }
    if formats.len() > files.len() + 1 {
        bail!("{} formats for the screen: add an --output for each but one", formats.len() - files.len());
    }
    let files = files.iter().map(|file| Some(file.as_path())).chain(std::iter::once(None));
    let reports = formats.iter().zip(files).map(|(format, file)| (OutputContent::Report(*format), file));
    Ok(reports.chain(questions.map(|file| (OutputContent::Questions, Some(file)))).collect())
}

impl OutputTarget {
    fn given(&self) -> Option<&Path> {
        match &self.place {
            OutputPlace::Screen => None,
            OutputPlace::Stream(place) => Some(&place.given),
            OutputPlace::File(place) => Some(&place.given),
        }
    }

    fn named(&self, path: &Path) -> String {
        format!("{} {}", self.content.option(), shown(path))
    }
}

/// Keeps the outputs of a run away from what it reads.
pub(super) struct Guard<'t> {
    /// What each output is called, and where it goes.
    outputs: Vec<(String, &'t FilePlace)>,
}

impl<'t> Guard<'t> {
    /// Guards against the outputs that change a file; `screen` is the file that standard output was sent to.
    pub(super) fn new(targets: &'t [OutputTarget], screen: Option<&'t FilePlace>) -> Self {
        let outputs = targets.iter().filter_map(|target| match &target.place {
            OutputPlace::Screen => {
                screen.map(|place| (format!("standard output, sent to {}", shown(&place.given)), place))
            }
            OutputPlace::Stream(stream) => stream.file.as_ref().map(|place| (target.named(&stream.given), place)),
            OutputPlace::File(place) => Some((target.named(&place.given), place)),
        });
        Self { outputs: outputs.collect() }
    }

    /// Refuses outputs that are, or lie in, what the command names to be read, or that are each other.
    pub(super) fn check(&self, arguments: &AuditArguments) -> Result<()> {
        let list = arguments.files_from.as_deref();
        let list = list.map(|list| if list == Path::new("-") { Path::new("/dev/stdin") } else { list });
        let orders = arguments.order.iter().map(|order| ("--order", order.as_path()));
        let others = [
            ("--decisions", arguments.decisions.as_deref()),
            ("--files-from", list),
            // Anything but a folder is the id of an embedded pack.
            ("--pack", Some(Path::new(&arguments.pack)).filter(|pack| pack.is_dir())),
        ];
        let others = others.into_iter().filter_map(|(option, input)| Some((option, input?)));
        let inputs: Vec<(&str, &Path)> = orders.chain(others).collect();
        for (position, (name, place)) in self.outputs.iter().enumerate() {
            if let Some((other, _)) = self.outputs.iter().take(position).find(|(_, other)| place.is_shared_with(other))
            {
                bail!("{name}: is the file of {other} too; name another file");
            }
            for (option, input) in &inputs {
                let (what, way) = match place.meets(input) {
                    Some(Meeting::Same) => ("is the file", "name another file"),
                    Some(Meeting::Inside) => ("lies in the folder", "name a file outside"),
                    None if place.is_below(input) => ("is a file of the folder", "name another file"),
                    None => continue,
                };
                bail!("{name}: {what} given with {option}, which this run reads; {way}");
            }
            for path in &arguments.paths {
                // In a folder of bundles there is room for a report; whether it lies in one of them is seen when the
                // bundle is found.
                let root = bundle_root(path);
                if let Some(error) = root.and_then(|root| refusal(name, place, root)) {
                    return Err(error);
                }
            }
        }
        Ok(())
    }

    /// Tells whether an output is a bundle, or lies in it.
    pub(super) fn meets(&self, bundle: &Path) -> bool {
        self.outputs.iter().any(|(name, place)| refusal(name, place, bundle).is_some())
    }

    /// Returns why a bundle cannot be judged: an output is one of its files, or lies in it. That output is then not
    /// written. Where no output is a file nothing is looked at; otherwise one question to the system is enough.
    pub(super) fn refusal(&self, bundle: &Path) -> Option<Error> {
        self.outputs.iter().find_map(|(name, place)| {
            let error = refusal(name, place, bundle)?;
            place.refuse();
            Some(error)
        })
    }
}

fn refusal(name: &str, place: &FilePlace, bundle: &Path) -> Option<Error> {
    let path = shown(bundle);
    match place.meets(bundle) {
        Some(Meeting::Same) => Some(anyhow!("{name}: is the bundle {path}, which this run audits; name another file")),
        Some(Meeting::Inside) => {
            Some(anyhow!("{name}: lies in the bundle {path} and would change it; name a file outside"))
        }
        None if place.has_other_names() && place.is_below(bundle) => {
            Some(anyhow!("{name}: is a file of the bundle {path} by another name; name another file"))
        }
        None => None,
    }
}

/// Returns what a path that the command names stands for, if it is a bundle: itself, or the folder of its manifest.
fn bundle_root(path: &Path) -> Option<&Path> {
    if path.is_dir() {
        return has_manifest(path).then_some(path);
    }
    let is_manifest = path.file_name().is_some_and(|name| is_manifest(&name.to_string_lossy()));
    let folder = path.parent().map(|folder| if folder.as_os_str().is_empty() { Path::new(".") } else { folder });
    Some(folder.filter(|_| is_manifest).unwrap_or(path))
}

/// Tells whether a folder has the file that makes it a bundle, whatever its suffix or letter case.
pub(super) fn has_manifest(folder: &Path) -> bool {
    let Ok(entries) = std::fs::read_dir(folder) else { return folder.join(MANIFEST).is_file() };
    entries.flatten().any(|entry| is_manifest(&entry.file_name().to_string_lossy()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_and_files_are_paired_in_order() {
        let files = |names: &[&str]| names.iter().map(PathBuf::from).collect::<Vec<_>>();
        let (json, text) = (OutputContent::Report(ReportFormat::Json), OutputContent::Report(ReportFormat::Text));
        let one = files(&["a.json"]);
        let both = pairs(&[ReportFormat::Json, ReportFormat::Text], &one, None).expect("one goes to the screen");
        assert_eq!(both, [(json, Some(Path::new("a.json"))), (text, None)]);
        assert_eq!(pairs(&[], &[], None).expect("text"), [(text, None)]);
        assert!(pairs(&[ReportFormat::Json], &files(&["a", "b"]), None).is_err());
        assert!(pairs(&[ReportFormat::Json, ReportFormat::Text], &[], None).is_err());
    }

    #[test]
    fn questions_go_to_a_file_of_their_own_or_alone_to_the_screen() {
        let screen = Some(Path::new("-"));
        let is_screen = |target: &OutputTarget| matches!(target.place, OutputPlace::Screen);
        let alone = targets(&[], &[], screen).expect("alone");
        assert_eq!((alone.len(), alone[0].content), (1, OutputContent::Questions));
        assert!(is_screen(&alone[0]));
        let named = targets(&[], &[], Some(Path::new("new.yaml"))).expect("beside the report");
        assert_eq!((named.len(), named[1].content), (2, OutputContent::Questions));
        assert!(is_screen(&named[0]) && !is_screen(&named[1]));
        assert!(targets(&[ReportFormat::Text], &[], screen).is_err());
        assert_eq!(targets(&[ReportFormat::Text], &["a".into()], screen).expect("apart").len(), 2);
        assert!(targets(&[], &["a".into()], Some(Path::new("a"))).is_err());
    }

    #[test]
    fn a_dash_is_the_screen_and_only_one_report_goes_there() {
        let dash = [PathBuf::from("-")];
        let one = targets(&[ReportFormat::Json], &dash, None).expect("the screen");
        assert!(matches!(one[0].place, OutputPlace::Screen));
        assert!(targets(&[ReportFormat::Json, ReportFormat::Text], &dash, None).is_err());
        assert!(targets(&[ReportFormat::Json], &dash, Some(Path::new("-"))).is_err());
    }
}

//! The orders that bundles are measured against, and which of them is that of a bundle.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::error::{ErrorStage, Mistakes};
use crate::evidence::{Document, Shown, nearest_name};
use crate::language::{Text, text};
use crate::load::Reason;
use crate::pack::known::FieldPath;
use crate::pack::{Order, Pack, mistakes_of};

/// The orders of a run.
#[derive(Debug)]
pub(super) struct Orders<'p> {
    given: Vec<Order>,
    own: &'p Order,
    /// Where a bundle names its order.
    field: &'p FieldPath,
}

impl<'p> Orders<'p> {
    /// Reads the orders that were given: files, and folders of them.
    ///
    /// # Errors
    /// A file cannot be read or is no order, a folder holds none, or two have one id.
    pub(super) fn read(paths: &[PathBuf], pack: &'p Pack) -> Result<Self> {
        let mut given: Vec<(PathBuf, Order)> = Vec::new();
        let mut mistakes = Vec::new();
        for path in paths {
            for file in files(path)? {
                let Some(order) = read(&file, pack, &mut mistakes)? else { continue };
                let shown = file.display().to_string();
                let shown = Shown::of(&shown);
                let moved = pack.mistakes_in(&order).into_iter();
                mistakes.extend(
                    moved.map(|mistake| text!("--order {shown}: {mistake}", "--order {shown}: {mistake}"; mistake)),
                );
                if let Some((first, _)) = given.iter().find(|(_, other)| other.id == order.id) {
                    let [file, first] = [&file, first].map(|path| path.display().to_string());
                    let (file, id, first) = (Shown::of(&file), Shown::of(&order.id), Shown::of(&first));
                    mistakes.push(text!(
                        "--order {file}: the order {id} is given by {first} too; keep one of the two",
                        "--order {file}: 같은 시정요구({id})가 {first}에도 있음. 둘 중 하나만 지정할 것"
                    ));
                    continue;
                }
                given.push((file, order));
            }
        }
        if !mistakes.is_empty() {
            return Err(Mistakes(mistakes)).context(ErrorStage::Order);
        }
        let given = given.into_iter().map(|(_, order)| order).collect();
        Ok(Self { given, own: &pack.order, field: &pack.manifest.fields.order })
    }

    /// Returns every order that a bundle can be judged by: those that were given, then that of the pack unless one
    /// given in its place has its id.
    pub(super) fn known(&self) -> impl Iterator<Item = &Order> {
        let own = Some(self.own).filter(|own| self.given.iter().all(|order| order.id != own.id));
        self.given.iter().chain(own)
    }

    /// Returns the order that a bundle is judged by: that of the id which it states, else the only one given, else that
    /// of the pack.
    ///
    /// # Errors
    /// It states an id that no order has, or none where there are several; the reason for not judging it.
    pub(super) fn of(&self, bundle: &Document) -> Result<&Order, Text> {
        let Some(stated) = self.field.text(bundle.root()) else {
            return match self.given.as_slice() {
                [] => Ok(self.own),
                [only] => Ok(only),
                _ => Err(self.several()),
            };
        };
        self.known().find(|order| order.id == stated.trim()).ok_or_else(|| {
            let stated_shown = Shown::of(stated);
            match nearest_name(stated.trim(), self.known().map(|order| order.id.as_str())) {
                Some(near) => {
                    let near = Shown::of(near);
                    Text::new(
                        format!("names order {stated_shown}, which is not given; did you mean {near}?"),
                        format!(
                            "제출 자료에 기재된 시정요구({stated_shown})가 지정되지 않음({near}의 오기인지 확인할 것)"
                        ),
                    )
                }
                None => Text::new(
                    format!("names order {stated_shown}, which is not given (--order FILE)"),
                    format!("제출 자료에 기재된 시정요구({stated_shown})가 지정되지 않음(--order FILE)"),
                ),
            }
        })
    }

    /// Returns why a bundle that names no order is not judged where several are given.
    fn several(&self) -> Text {
        match self.field.dotted() {
            Some(field) => Text::new(
                format!(
                    "it states no order, and several are given; add {field}, or give its order alone (--order FILE)"
                ),
                format!(
                    "시정요구 번호가 없고, 지정된 시정요구가 여럿임. {field} 항목을 기재하거나 해당 시정요구 하나만 지정할 \
                     것(--order FILE)"
                ),
            ),
            None => Text::new(
                "several orders are given, and the pack names no field for the order of a bundle (fields.order in \
                 pack.yaml); give one order (--order FILE)",
                "지정된 시정요구가 여럿이나, 점검기준에 시정요구 번호 항목(pack.yaml의 fields.order)이 정해져 있지 않음. \
                 시정요구를 하나만 지정할 것(--order FILE)",
            ),
        }
    }
}

/// Returns the files that a path names: itself, or the YAML files of a folder, by name.
fn files(path: &Path) -> Result<Vec<PathBuf>> {
    let text = path.display().to_string();
    let shown = Shown::of(&text);
    let metadata = std::fs::metadata(path).map_err(|error| unreadable(&shown, &error))?;
    if !metadata.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let entries = std::fs::read_dir(path).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let entries = entries.map_err(|error| unreadable(&shown, &error))?;
    let is_order = |path: &PathBuf| {
        let ending = path.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase());
        let is_hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        !is_hidden && matches!(ending.as_deref(), Some("yaml" | "yml" | "json"))
    };
    let mut files: Vec<PathBuf> = entries.into_iter().map(|entry| entry.path()).filter(is_order).collect();
    files.sort();
    if files.is_empty() {
        let refused = Reason(text!(
            "--order {shown}: the folder holds no order (.yaml, .yml or .json)",
            "--order {shown}: 폴더에 시정요구 파일(.yaml, .yml, .json)이 없음"
        ));
        return Err(refused).context(ErrorStage::Order);
    }
    Ok(files)
}

/// Reads an order; reports name it by its file name, so that they do not depend on where it lies. What is wrong with it
/// is added to the mistakes.
fn read(file: &Path, pack: &Pack, mistakes: &mut Vec<Text>) -> Result<Option<Order>> {
    let text = file.display().to_string();
    let shown = Shown::of(&text);
    let name = file.file_name().unwrap_or(file.as_os_str()).to_string_lossy();
    let bytes = crate::load::read_named(file, &format!("--order {shown}")).context(ErrorStage::Order)?;
    let read = Order::read(&name, &bytes, &pack.schema);
    let reported = |mistake: Text| text!("--order {shown}: {mistake}", "--order {shown}: {mistake}"; mistake);
    Ok(read.map_err(|error| mistakes.extend(mistakes_of(error).into_iter().map(reported))).ok())
}

fn unreadable(shown: &str, error: &std::io::Error) -> anyhow::Error {
    anyhow::Error::from(Reason::io(&format!("--order {shown}"), error)).context(ErrorStage::Order)
}

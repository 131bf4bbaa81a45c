//! Compares findings with those of another revision, so that new ones are seen.
//!
//! Two findings are the same if their code, file, message and line text are equal. The line number does
//! not count, because a page that grows moves all following lines.

use crate::folder::SpecFolder;
use crate::git::Repository;
use crate::{extract, workspace};
use anyhow::{Context as _, Result};
use generator::diagnostic::{Diagnostic, Span};
use std::collections::BTreeMap;
use std::path::Path;

/// Findings of two versions of a spec folder, compared.
#[derive(Clone, Debug, Default)]
pub struct Compared {
    /// The revision and its commit, shortened: `HEAD (0123456789)`.
    pub since: String,
    /// Whether each finding is new, by index.
    pub is_new: Vec<bool>,
    /// Findings of the revision that are gone.
    pub gone: Vec<Diagnostic>,
}

impl Compared {
    /// How many findings are new.
    pub fn new_count(&self) -> usize {
        self.is_new.iter().filter(|is_new| **is_new).count()
    }
}

/// Compares findings of a spec folder with those of a revision, by default of the last commit.
/// `None` if there is no commit, no repository, or no docs in it.
///
/// # Errors
/// A revision that was asked for does not exist or has no docs, or git fails.
pub fn compare(
    folder: &SpecFolder,
    findings: &[Diagnostic],
    since: Option<&str>,
) -> Result<Option<Compared>> {
    let revision = since.unwrap_or("HEAD");
    let dir = workspace::resolved(&folder.dir)?;
    let repository = match Repository::at(&dir) {
        Ok(repository) => repository,
        Err(error) if since.is_some() => return Err(error),
        Err(_) => return Ok(None),
    };
    let Some(commit) = repository.commit(revision)? else {
        return match since {
            Some(since) => anyhow::bail!("git knows no revision `{since}`"),
            None => Ok(None),
        };
    };
    let files = repository.files(&commit, ".")?;
    let files: BTreeMap<String, String> = files.into_iter().collect();
    let is_there = files.keys().any(|path| Path::new(path).starts_with("docs"));
    if !is_there && since.is_none() {
        return Ok(None);
    }
    let mut before =
        SpecFolder::of_files(&folder.dir, &files).with_context(|| format!("at {revision}"))?;
    before.by_hand = folder.by_hand;
    let compared = if before.says_the_same(folder) {
        Compared {
            is_new: vec![false; findings.len()],
            ..Compared::default()
        }
    } else {
        let old = extract::extract(&before).diagnostics;
        subtract((folder, findings), (&before, &old))
    };
    let short = Repository::short(&commit);
    Ok(Some(Compared {
        since: format!("{revision} ({short})"),
        ..compared
    }))
}

type Identity<'a> = (&'static str, &'a str, &'a str, &'a str);

fn subtract(new: (&SpecFolder, &[Diagnostic]), old: (&SpecFolder, &[Diagnostic])) -> Compared {
    let mut known: BTreeMap<Identity<'_>, Vec<&Diagnostic>> = BTreeMap::new();
    for finding in old.1 {
        known
            .entry(identity(old.0, finding))
            .or_default()
            .push(finding);
    }
    let is_new = new.1.iter().map(|finding| {
        let same = known.get_mut(&identity(new.0, finding));
        same.and_then(Vec::pop).is_none()
    });
    let is_new = is_new.collect();
    let gone = known.into_values().flatten().cloned().collect();
    Compared {
        since: String::new(),
        is_new,
        gone,
    }
}

fn identity<'a>(folder: &'a SpecFolder, finding: &'a Diagnostic) -> Identity<'a> {
    let Span { file, range } = &finding.span;
    let text = folder.texts().get(file).unwrap_or_default();
    let line = line_at(text, range.start);
    (finding.code.name(), file, &finding.message, line)
}

/// The line that a byte stands in, without white space around it.
fn line_at(text: &str, offset: usize) -> &str {
    let bytes = text.as_bytes();
    let offset = offset.min(bytes.len());
    let is_end = |byte: &u8| *byte == b'\n';
    let start = bytes[..offset]
        .iter()
        .rposition(is_end)
        .map_or(0, |end| end + 1);
    let end = bytes[offset..].iter().position(is_end);
    let end = end.map_or(bytes.len(), |length| offset + length);
    text.get(start..end).unwrap_or_default().trim()
}

#[cfg(test)]
mod tests {
    use super::line_at;

    #[test]
    fn lines_are_found_by_any_byte_of_them() {
        let text = "one\n  two\r\nthr\u{e9}e";
        assert_eq!([0, 3].map(|offset| line_at(text, offset)), ["one", "one"]);
        assert_eq!([4, 9].map(|offset| line_at(text, offset)), ["two", "two"]);
        assert_eq!(
            [11, 15, 99].map(|offset| line_at(text, offset)),
            ["thr\u{e9}e"; 3]
        );
        assert_eq!(line_at("", 5), "");
    }
}

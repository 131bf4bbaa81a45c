//! Reads a spec folder.
//!
//! All files are read first, and all that cannot be read are reported together. Only `client.yaml` and
//! `docs/` must exist; a missing other file is like an empty one.

use crate::pins::{self, Pins};
use crate::{build, mark};
use anyhow::{Context as _, Result, bail};
use api_diff::{approvals, escape};
use generator::diagnostic::{Code, Diagnostic, Span};
use generator::source::SourceFile;
use rayon::prelude::*;
use spec::yaml::{self, YamlError};
use spec::{ClientConfig, Models, Overlay, RenamedOperation};
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The content of a spec folder.
#[derive(Debug, Default)]
pub struct SpecFolder {
    /// Where it is.
    pub dir: PathBuf,
    /// `docs/*.md`, sorted by path.
    pub pages: Vec<SourceFile>,
    /// `docs/typed/*.md`, sorted by path.
    pub typed_pages: Vec<SourceFile>,
    /// `docs/notifications.json`, where it is there.
    pub topics: Option<SourceFile>,
    /// Whether the pages were put there by hand, so that pins do not matter.
    pub by_hand: bool,
    /// `client.yaml`, where it is there and can be read.
    pub client: Option<ClientConfig>,
    /// `overlay.yaml`.
    pub overlay: Overlay,
    /// `models.yaml`.
    pub models: Models,
    /// `renamed.yaml`.
    pub renamed: Vec<RenamedOperation>,
    /// `source.yaml`.
    pub pins: Pins,
    /// Pages of `ir/` that were written by hand, as text; sorted by path. With no page in `docs/`,
    /// the models are too.
    pub handmade_ir: Vec<SourceFile>,
    /// The other YAML files as text, for spans in them; sorted by path.
    pub configs: Vec<SourceFile>,
    /// Files that are not text, or not YAML of their shape.
    pub faults: Vec<Diagnostic>,
}

impl SpecFolder {
    /// Reads the folder.
    ///
    /// # Errors
    /// There are no docs in it, or the disk refuses.
    pub fn read(dir: &Path) -> Result<Self> {
        Self::read_from(dir, Store::Disk(dir))
    }

    /// The folder as it was in another version: its files by their paths, as they would stand in
    /// `dir`.
    ///
    /// # Errors
    /// There are no docs in it.
    pub fn of_files(dir: &Path, files: &BTreeMap<String, String>) -> Result<Self> {
        Self::read_from(dir, Store::Memory(files))
    }

    fn read_from(dir: &Path, store: Store<'_>) -> Result<Self> {
        let mut folder = Self {
            dir: dir.to_owned(),
            ..Self::default()
        };
        folder.pages = folder.read_pages(store, "docs")?;
        if !store.names("docs/models", "md")?.is_empty() {
            let old = crate::workspace::shown(&dir.join("docs/models"));
            bail!("{old}: pages of models are read from `docs/typed` now; move them there");
        }
        folder.typed_pages = folder.read_pages(store, "docs/typed")?;
        folder.topics = folder.read_topics(store)?;
        folder.handmade_ir = folder.read_handmade_ir(store)?;
        if !folder.has_docs() && folder.handmade_ir.is_empty() {
            let docs = crate::workspace::shown(&dir.join("docs"));
            bail!("{docs}: there are no pages (`*.md`); `cargo xtask pull` fetches them");
        }
        folder.client = folder.read_config(store, "client.yaml", |text| {
            yaml::parse_client(text).map(Some)
        })?;
        folder.overlay = folder.read_config(store, "overlay.yaml", yaml::parse_overlay)?;
        folder.models = folder.read_config(store, "models.yaml", yaml::parse_models)?;
        folder.renamed = folder.read_config(store, "renamed.yaml", yaml::parse_renamed)?;
        // `diff` uses them; a fault in them must not wait for that.
        folder.read_config(store, approvals::FILE, |text| {
            approvals::parse(text).map(drop)
        })?;
        folder.pins = folder.read_config(store, pins::FILE, yaml::parse)?;
        Ok(folder)
    }

    /// Whether there are pages to read. Where there are none, an IR that was written by hand is
    /// rendered as it is.
    pub fn has_docs(&self) -> bool {
        !self.pages.is_empty() || !self.typed_pages.is_empty()
    }

    /// Whether another version has the same texts, and so the same findings.
    pub fn says_the_same(&self, other: &Self) -> bool {
        fn texts(folder: &SpecFolder) -> Vec<&SourceFile> {
            let files = folder.pages.iter().chain(&folder.typed_pages);
            let files = files.chain(&folder.handmade_ir).chain(&folder.configs);
            files.chain(&folder.topics).collect()
        }
        self.faults.is_empty() && other.faults.is_empty() && texts(self) == texts(other)
    }

    /// Every text of the folder, for showing the line of a finding.
    pub fn texts(&self) -> Texts<'_> {
        Texts { folder: self }
    }

    /// The text of a YAML file of the folder; nothing where the file is missing.
    pub fn config(&self, name: &str) -> &str {
        find(&self.configs, name).unwrap_or_default()
    }

    fn read_pages(&mut self, store: Store<'_>, below: &str) -> Result<Vec<SourceFile>> {
        let names = store.names(below, "md")?;
        let read = names
            .into_par_iter()
            .map(|name| store.text(format!("{below}/{name}")))
            .collect::<Vec<_>>();
        let mut pages = Vec::with_capacity(read.len());
        let mut unreadable = Vec::new();
        for file in read {
            match file {
                Ok((page, fault)) => {
                    self.faults.extend(fault);
                    pages.push(page);
                }
                Err(error) => unreadable.push(format!("{error:#}")),
            }
        }
        if !unreadable.is_empty() {
            bail!("{}", unreadable.join("\nerror: "));
        }
        Ok(pages)
    }

    fn read_topics(&mut self, store: Store<'_>) -> Result<Option<SourceFile>> {
        if !store.has(pins::TOPICS)? {
            return Ok(None);
        }
        let (file, fault) = store.text(pins::TOPICS.to_owned())?;
        self.faults.extend(fault);
        Ok(Some(file))
    }

    fn read_handmade_ir(&mut self, store: Store<'_>) -> Result<Vec<SourceFile>> {
        let mut files = Vec::new();
        for name in store.names("ir", "yaml")? {
            let path = format!("ir/{name}");
            if store.has_mark(&path)? {
                continue;
            }
            let (file, fault) = store.text(path)?;
            let parsed = match name.as_str() {
                build::MODELS => yaml::parse_models(&file.text).map(drop),
                build::TOPICS => yaml::parse_topics(&file.text).map(drop),
                _ => yaml::parse_page(&file.text).map(drop),
            };
            if let Err(error) = parsed {
                self.faults.push(invalid_yaml(&file, &error));
            }
            self.faults.extend(fault);
            files.push(file);
        }
        Ok(files)
    }

    fn read_config<T: Default>(
        &mut self,
        store: Store<'_>,
        name: &str,
        parse: impl Fn(&str) -> Result<T, YamlError>,
    ) -> Result<T> {
        if !store.has(name)? {
            return Ok(T::default());
        }
        let (file, fault) = store.text(name.to_owned())?;
        let parsed = match (&fault, parse(&file.text)) {
            (None, Ok(value)) => value,
            (None, Err(error)) => {
                self.faults.push(invalid_yaml(&file, &error));
                T::default()
            }
            (Some(_), _) => T::default(),
        };
        self.faults.extend(fault);
        let index = self.configs.partition_point(|other| other.path < file.path);
        self.configs.insert(index, file);
        Ok(parsed)
    }
}

/// Where the files of a spec folder are.
#[derive(Clone, Copy, Debug)]
enum Store<'a> {
    Disk(&'a Path),
    /// Path to text.
    Memory(&'a BTreeMap<String, String>),
}

impl Store<'_> {
    fn names(self, below: &str, extension: &str) -> Result<Vec<String>> {
        match self {
            Self::Disk(dir) => {
                let folder = dir.join(below);
                file_names(&folder, extension).with_context(|| crate::workspace::shown(&folder))
            }
            Self::Memory(files) => {
                let name = |path: &String| {
                    let name = path.strip_prefix(below)?.strip_prefix('/')?;
                    let is_wanted = Path::new(name)
                        .extension()
                        .is_some_and(|end| end == extension);
                    (is_wanted && !name.contains('/')).then(|| name.to_owned())
                };
                Ok(files.keys().filter_map(name).collect())
            }
        }
    }

    fn has(self, path: &str) -> Result<bool> {
        match self {
            Self::Disk(dir) => {
                let path = dir.join(path);
                path.try_exists()
                    .with_context(|| crate::workspace::shown(&path))
            }
            Self::Memory(files) => Ok(files.contains_key(path)),
        }
    }

    fn has_mark(self, path: &str) -> Result<bool> {
        match self {
            Self::Disk(dir) => {
                let path = dir.join(path);
                mark::has_mark(&path).with_context(|| crate::workspace::shown(&path))
            }
            Self::Memory(files) => {
                let first = files.get(path).and_then(|text| text.lines().next());
                Ok(first.is_some_and(|line| line.contains(mark::MARK)))
            }
        }
    }

    fn text(self, path: String) -> Result<(SourceFile, Option<Diagnostic>)> {
        match self {
            Self::Disk(dir) => read_text(&dir.join(&path), path),
            Self::Memory(files) => {
                let text = files.get(&path).cloned().unwrap_or_default();
                Ok((SourceFile { path, text }, None))
            }
        }
    }
}

/// The texts of a spec folder by path.
#[derive(Clone, Copy, Debug)]
pub struct Texts<'a> {
    folder: &'a SpecFolder,
}

impl<'a> Texts<'a> {
    /// The text of the file, if the folder has it.
    pub fn get(&self, path: &str) -> Option<&'a str> {
        if path == pins::TOPICS {
            return self.folder.topics.as_ref().map(|file| file.text.as_str());
        }
        let files = if path.starts_with("docs/typed/") {
            &self.folder.typed_pages
        } else if path.starts_with("docs/") {
            &self.folder.pages
        } else if path.starts_with("ir/") {
            &self.folder.handmade_ir
        } else {
            &self.folder.configs
        };
        find(files, path)
    }
}

fn find<'a>(files: &'a [SourceFile], path: &str) -> Option<&'a str> {
    let index = files
        .binary_search_by(|file| file.path.as_str().cmp(path))
        .ok()?;
    Some(&files[index].text)
}

/// Names of the files of a folder with that extension, sorted; none where it is missing.
///
/// # Errors
/// The disk refuses, or a name is not Unicode.
pub fn file_names(folder: &Path, extension: &str) -> io::Result<Vec<String>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut names = Vec::new();
    for entry in entries {
        let name = entry?.file_name();
        let is_wanted = Path::new(&name)
            .extension()
            .is_some_and(|found| found == extension);
        if is_wanted {
            names.push(name.into_string().map_err(|name| {
                io::Error::other(format!(
                    "the name of {} is not Unicode",
                    escape::value(&name.to_string_lossy())
                ))
            })?);
        }
    }
    names.sort();
    Ok(names)
}

/// A pipe or a device in the folder would be waited for without end.
fn read_file(path: &Path) -> io::Result<Vec<u8>> {
    let metadata = fs::metadata(path)?;
    if !metadata.is_file() && !metadata.is_dir() {
        return Err(io::Error::other(
            "it is a pipe, a socket or a device, not a file",
        ));
    }
    fs::read(path) // which says that a folder is one
}

/// The text of a file. Bytes that are no UTF-8 are replaced, and told by the diagnostic.
fn read_text(path: &Path, name: String) -> Result<(SourceFile, Option<Diagnostic>)> {
    let bytes = read_file(path).with_context(|| crate::workspace::shown(path))?;
    match String::from_utf8(bytes) {
        Ok(text) => Ok((SourceFile { path: name, text }, None)),
        Err(error) => {
            let valid = error.utf8_error().valid_up_to();
            let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
            let fault = Diagnostic {
                code: Code::NotText,
                message: format!("{name} is not UTF-8 from byte {valid} on"),
                span: Span {
                    file: name.clone(),
                    range: valid..valid + char::REPLACEMENT_CHARACTER.len_utf8(),
                },
                related: Vec::new(),
            };
            Ok((SourceFile { path: name, text }, Some(fault)))
        }
    }
}

fn invalid_yaml(file: &SourceFile, error: &YamlError) -> Diagnostic {
    let is_conflict = spec::text::conflict_marker(&file.text).is_some();
    Diagnostic {
        code: if is_conflict {
            Code::ConflictMarker
        } else {
            Code::InvalidYaml
        },
        message: error.message.clone(),
        span: Span {
            file: file.path.clone(),
            range: error.range.clone(),
        },
        related: Vec::new(),
    }
}

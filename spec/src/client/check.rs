//! Checks the values of `client.yaml`. Each key has a rule: a wrong value would break cargo, a
//! doctest or a log-in, and a manifest that cargo cannot read breaks `cargo xtask regen` too.
//!
//! Longer than most files: the rules of one file, in the order of its keys.

use crate::text::nearest;
use crate::yaml::Step;
use crate::{ClientConfig, CrateConfig, OauthConfig, RegionConfig, Source, SourceKind};
use std::collections::HashSet;
use std::fmt::Display;

/// What is wrong with `client.yaml`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigFault {
    /// Path to the value.
    pub path: Vec<Step<'static>>,
    /// What is wrong, and what is expected.
    pub message: String,
    /// It is not wrong in itself, but has no effect on the pages that there are.
    pub ignored: bool,
}

/// Package names that are taken: members of this workspace, dependencies of every client, and
/// crates of rustc.
const TAKEN: [&str; 25] = [
    "alloc",
    "api-diff",
    "base64",
    "bytes",
    "core",
    "form_urlencoded",
    "futures-core",
    "generator",
    "getrandom",
    "http",
    "jiff",
    "proc_macro",
    "reqwest",
    "runtime",
    "serde",
    "serde_json",
    "spec",
    "std",
    "templates",
    "test",
    "tokio",
    "tower",
    "tracing",
    "url",
    "xtask",
];

/// Rust's keywords, device names on Windows, and cargo's folders.
const RESERVED: [&str; 76] = [
    "Self",
    "abstract",
    "as",
    "async",
    "await",
    "become",
    "box",
    "break",
    "const",
    "continue",
    "crate",
    "do",
    "dyn",
    "else",
    "enum",
    "extern",
    "false",
    "final",
    "fn",
    "for",
    "gen",
    "if",
    "impl",
    "in",
    "let",
    "loop",
    "macro",
    "match",
    "mod",
    "move",
    "mut",
    "override",
    "priv",
    "pub",
    "ref",
    "return",
    "self",
    "static",
    "struct",
    "super",
    "trait",
    "true",
    "try",
    "type",
    "typeof",
    "unsafe",
    "unsized",
    "use",
    "virtual",
    "where",
    "while",
    "yield",
    "artifact",
    "aux",
    "build",
    "com1",
    "com2",
    "com3",
    "com4",
    "con",
    "deps",
    "doc",
    "examples",
    "incremental",
    "lpt1",
    "lpt2",
    "lpt3",
    "lpt4",
    "nul",
    "prn",
    "package",
    "target",
    "union",
    "macro_rules",
    "safe",
    "raw",
];

/// All faults of the configuration; `pages` are the names of the existing pages.
pub fn check_client(client: &ClientConfig, pages: &[&str]) -> Vec<ConfigFault> {
    let ClientConfig {
        krate,
        regions,
        oauth,
        default_features,
        sources,
    } = client;
    let mut faults = Faults(Vec::new());
    check_crate(&mut faults, krate);
    check_regions(&mut faults, regions);
    let OauthConfig {
        token_path,
        authorize_path,
    } = oauth;
    for (key, path) in [
        ("token_path", token_path),
        ("authorize_path", authorize_path),
    ] {
        if !is_absolute_path(path) {
            let message =
                format!("`{path}` is not a path on the log-in host (example: /oauth/token)");
            faults.found(vec![Step::Key("oauth"), Step::Key(key)], message);
        }
    }
    let path = |nth| vec![Step::Key("default_features"), Step::Nth(nth)];
    for (nth, feature) in default_features.iter().enumerate() {
        if feature == "full" || pages.contains(&feature.as_str()) {
            continue;
        }
        let message = format!("`{feature}` is not a page, nor `full`");
        let known = pages.iter().copied().chain(["full"]);
        match nearest(feature, known) {
            Some(meant) => faults.found(path(nth), format!("{message}; did you mean `{meant}`?")),
            // A page of other docs is not a fault, because `docs/` may change.
            None if feature.ends_with("Api") => faults.0.push(ConfigFault {
                path: path(nth),
                message: format!(
                    "`{feature}` is not a page of these docs, so it is not a default feature"
                ),
                ignored: true,
            }),
            None => faults.found(path(nth), message),
        }
    }
    faults.twice(default_features, path);
    check_sources(&mut faults, sources);
    faults.0
}

struct Faults(Vec<ConfigFault>);

impl Faults {
    fn found(&mut self, path: Vec<Step<'static>>, message: impl Into<String>) {
        let message = message.into();
        self.0.push(ConfigFault {
            path,
            message,
            ignored: false,
        });
    }

    /// Reports entries that are listed more than once.
    fn twice<T: std::hash::Hash + Eq + Display>(
        &mut self,
        things: impl IntoIterator<Item = T>,
        path: impl Fn(usize) -> Vec<Step<'static>>,
    ) {
        let mut seen = HashSet::new();
        for (nth, thing) in things.into_iter().enumerate() {
            let message = format!("`{thing}` is listed twice");
            if !seen.insert(thing) {
                self.found(path(nth), message);
            }
        }
    }

    /// Checks prose: one line, not empty.
    fn line(&mut self, path: Vec<Step<'static>>, text: &str) {
        if let Some(message) = line_fault(text) {
            self.found(path, message);
        }
    }
}

fn line_fault(text: &str) -> Option<&'static str> {
    if text.trim().is_empty() {
        Some("the text is empty")
    } else if text.chars().any(char::is_control) {
        Some("this must be one line, without control characters")
    } else {
        None
    }
}

fn is_url(url: &str) -> bool {
    let rest = url
        .strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"));
    rest.is_some_and(|rest| {
        let host = rest.split('/').next().unwrap_or_default();
        is_domain(host) && rest.chars().all(|c| c.is_ascii_graphic())
    })
}

fn check_crate(faults: &mut Faults, krate: &CrateConfig) {
    let CrateConfig {
        name,
        version,
        title,
        description,
        license,
        repository,
        homepage,
        documentation,
        keywords,
        categories,
    } = krate;
    let at = |key| vec![Step::Key("crate"), Step::Key(key)];
    if let Some(message) = crate_name_fault(name) {
        faults.found(at("name"), message);
    }
    if let Err(error) = semver::Version::parse(version) {
        let message = format!("`{version}` is not a version (example: 1.2.3): {error}");
        faults.found(at("version"), message);
    }
    faults.line(at("title"), title);
    faults.line(at("description"), description);
    if let Err(error) = spdx::Expression::parse(license) {
        let message = format!("`{license}` is not an SPDX expression: {}", error.reason);
        faults.found(at("license"), message);
    }
    for (key, url) in [
        ("repository", repository),
        ("homepage", homepage),
        ("documentation", documentation),
    ] {
        if let Some(url) = url
            && !is_url(url)
        {
            let message = format!("`{url}` is not a URL (example: https://github.com/a/b)");
            faults.found(at(key), message);
        }
    }
    for (key, words) in [("keywords", keywords), ("categories", categories)] {
        let path = |nth| vec![Step::Key("crate"), Step::Key(key), Step::Nth(nth)];
        if words.len() > 5 {
            faults.found(at(key), "the registry accepts at most five");
        }
        for (nth, word) in words.iter().enumerate() {
            let is_word = match key {
                "keywords" => is_keyword(word),
                _categories => is_category(word),
            };
            if !is_word {
                faults.found(
                    path(nth),
                    format!("`{word}` is not accepted by the registry"),
                );
            }
        }
        faults.twice(words, path);
    }
}

/// By the rules of cargo and of the registry.
fn crate_name_fault(name: &str) -> Option<String> {
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
        && name.len() <= 64;
    if !is_name {
        return Some(format!(
            "`{name}` is not a crate name: letters, digits, `-` and `_`, at most 64"
        ));
    }
    let is_one_of = |names: &[&str]| {
        let plain = |name: &str| name.replace('-', "_").to_ascii_lowercase();
        names.iter().any(|taken| plain(taken) == plain(name))
    };
    if is_one_of(&TAKEN) {
        return Some(format!(
            "`{name}` is already the name of another crate in the build"
        ));
    }
    is_one_of(&RESERVED).then(|| format!("`{name}` is a reserved word"))
}

/// <https://doc.rust-lang.org/cargo/reference/manifest.html#the-keywords-field>
fn is_keyword(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_alphanumeric())
        && word.len() <= 20
        && word
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '+'))
}

/// The form of a slug of <https://crates.io/category_slugs>.
fn is_category(word: &str) -> bool {
    word.split("::").all(|part| {
        part.starts_with(|c: char| c.is_ascii_lowercase())
            && part
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
    })
}

fn check_regions(faults: &mut Faults, regions: &[RegionConfig]) {
    if regions.is_empty() {
        faults.found(
            vec![Step::Key("regions")],
            "no region is listed; the first is the default",
        );
    }
    let path = |nth, key| vec![Step::Key("regions"), Step::Nth(nth), Step::Key(key)];
    for (nth, RegionConfig { name, domain }) in regions.iter().enumerate() {
        let is_name = name.starts_with(|c: char| c.is_ascii_lowercase())
            && name
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
        if !is_name {
            let message = format!("`{name}` is not a region name (example: us_east_1)");
            faults.found(path(nth, "name"), message);
        }
        if !is_domain(domain) {
            let message = format!("`{domain}` is not a domain (example: mypurecloud.com)");
            faults.found(path(nth, "domain"), message);
        }
    }
    // `a_1` and `a1` would be one name in Rust.
    let plain = regions.iter().map(|region| region.name.replace('_', ""));
    faults.twice(plain, |nth| path(nth, "name"));
    let domains = regions.iter().map(|region| region.domain.to_lowercase());
    faults.twice(domains, |nth| path(nth, "domain"));
}

/// Two labels or more, by RFC 1123 section 2.1.
fn is_domain(domain: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    };
    domain.len() <= 240 && domain.contains('.') && domain.split('.').all(is_label)
}

/// A path without a host and without a query.
fn is_absolute_path(path: &str) -> bool {
    let is_segment = |segment: &str| {
        !matches!(segment, "" | "." | "..")
            && segment
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "-._~".contains(c))
    };
    path.strip_prefix('/')
        .is_some_and(|rest| rest.split('/').all(is_segment))
}

fn check_sources(faults: &mut Faults, sources: &[Source]) {
    let path = |nth, key| vec![Step::Key("sources"), Step::Nth(nth), Step::Key(key)];
    for (nth, source) in sources.iter().enumerate() {
        let Source {
            repository,
            folder,
            tag,
            kind: _, // one of two words
            exclude,
            same_as_first,
            version,
            topics,
        } = source;
        if let Some(message) = repository_fault(repository) {
            faults.found(path(nth, "repository"), message);
        }
        for (key, file) in [("same_as_first", same_as_first), ("topics", topics)] {
            if let Some(file) = file.as_ref().filter(|file| !is_inside(file)) {
                let message = format!("`{file}` is not a path of a file in a repository");
                faults.found(path(nth, key), message);
            }
        }
        if let Some(version) = version.as_ref().filter(|version| !is_version(version)) {
            let message = format!("`{version}` is not a version of docs (example: 259.0.0)");
            faults.found(path(nth, "version"), message);
        }
        if !is_inside(folder) {
            let message =
                format!("`{folder}` is not a folder in a repository (example: build/docs)");
            faults.found(path(nth, "folder"), message);
        }
        if !tag.contains(VERSION) || !is_tag(&tag.replacen(VERSION, "1", 1)) {
            let message = format!("`{tag}` is not a git tag that contains `{{version}}` once");
            faults.found(path(nth, "tag"), message);
        }
        let in_exclude = |at| {
            let mut path = path(nth, "exclude");
            path.push(Step::Nth(at));
            path
        };
        for (at, name) in exclude.iter().enumerate() {
            let is_name = !name.is_empty()
                && name.matches('*').count() <= 1
                && !name.contains(|c: char| c.is_control() || matches!(c, '/' | '\\'));
            if !is_name {
                let message = format!("`{name}` is not a file name; one `*` matches any text");
                faults.found(in_exclude(at), message);
            }
        }
        faults.twice(exclude, in_exclude);
    }
    let whole = sources.iter().map(|source| {
        let kind = match source.kind {
            SourceKind::Operations => "operations",
            SourceKind::Typed => "typed",
        };
        format!("{kind} of {} in {}", source.folder, source.repository)
    });
    faults.twice(whole, |nth| path(nth, "folder"));
}

/// Stands for the version in the pattern of a tag.
const VERSION: &str = "{version}";

/// Why git would not take this for a repository, as far as that can be known without asking it.
pub fn repository_fault(repository: &str) -> Option<String> {
    if let Some(fault) = line_fault(repository) {
        return Some(fault.to_owned());
    }
    let is_option = repository.starts_with('-');
    is_option.then(|| format!("`{repository}` is an option of git, not a repository"))
}

/// Whether it is a path that stays in the repository.
pub fn is_inside(path: &str) -> bool {
    let is_part = |part: &str| !matches!(part, "" | "." | "..");
    path.split('/').all(is_part) && !path.contains(|c: char| c.is_control() || c == '\\')
}

/// Numbers with points between them, as the vendor tags its SDKs.
fn is_version(version: &str) -> bool {
    let is_number = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_digit());
    version.split('.').all(is_number)
}

/// Whether it is the name of a tag, by `git check-ref-format`, as far as tags go wrong by hand.
pub fn is_tag(tag: &str) -> bool {
    !tag.is_empty()
        && !tag.starts_with(['-', '/', '.'])
        && !tag.ends_with(['/', '.'])
        && !tag.contains("..")
        && !tag.contains("//")
        && tag
            .chars()
            .all(|c| c.is_ascii_graphic() && !"~^:?*[\\{}".contains(c))
}

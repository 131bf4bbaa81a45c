//! `client.yaml`: what the client crate is called, where it connects, where the pages come from.

mod check;

pub use check::{ConfigFault, check_client, is_inside, is_tag, repository_fault};

use serde::Deserialize;

/// The whole of `client.yaml`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "the keys crate, regions, oauth, default_features, sources"
)]
pub struct ClientConfig {
    /// The client crate.
    #[serde(rename = "crate")]
    pub krate: CrateConfig,
    /// Regions, the default first.
    pub regions: Vec<RegionConfig>,
    /// How callers log in.
    pub oauth: OauthConfig,
    /// Page names whose features are on by default; `full` for all.
    #[serde(default)]
    pub default_features: Vec<String>,
    /// Where the pages come from.
    #[serde(default)]
    pub sources: Vec<Source>,
}

/// Metadata for the client crate's `Cargo.toml`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "the keys of the crate, such as name and version"
)]
pub struct CrateConfig {
    /// The crate's name, such as `genesys-cloud`.
    pub name: String,
    /// The crate's version (Cargo's semver).
    pub version: String,
    /// The API's name in prose, such as `Genesys Cloud`.
    pub title: String,
    /// One line for the registry.
    pub description: String,
    /// SPDX expression.
    pub license: String,
    /// URL of the source repository, if there is one.
    pub repository: Option<String>,
    /// A page about the crate, if there is one beside its repository.
    pub homepage: Option<String>,
    /// Where its documentation stands, if not at docs.rs.
    pub documentation: Option<String>,
    /// Registry keywords.
    #[serde(default)]
    pub keywords: Vec<String>,
    /// Registry categories.
    #[serde(default)]
    pub categories: Vec<String>,
}

/// A region of the vendor's cloud.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, expecting = "{ name, domain }")]
pub struct RegionConfig {
    /// The vendor's name, such as `us_east_1`.
    pub name: String,
    /// The domain: the API is at `https://api.{domain}`, log-in at `https://login.{domain}`.
    pub domain: String,
}

/// OAuth 2.0 (RFC 6749) at the log-in host.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "the keys token_path and authorize_path"
)]
pub struct OauthConfig {
    /// Path of the token endpoint, such as `/oauth/token`.
    pub token_path: String,
    /// Path of the authorization endpoint, such as `/oauth/authorize`.
    pub authorize_path: String,
}

/// Where pages come from: a folder of a git repository.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "the keys of a source: repository, folder, tag, kind, exclude"
)]
pub struct Source {
    /// A URL or path that `git fetch` takes.
    pub repository: String,
    /// The folder of the pages in it.
    pub folder: String,
    /// The tag of a version, with `{version}` in it.
    pub tag: String,
    /// What the pages describe.
    pub kind: SourceKind,
    /// Names of files in the folder that are skipped because they are not pages of that kind; one
    /// `*` matches any text.
    #[serde(default)]
    pub exclude: Vec<String>,
    /// A file of the repository, such as `swagger.json`, that identifies the state of the API.
    /// `pull` takes the version of this source whose tag has the same git object for that file as
    /// the first source. `None`: the version with the same number.
    pub same_as_first: Option<String>,
    /// The version of this source to pull; the versions of the other sources are chosen to match.
    pub version: Option<String>,
    /// A file of the repository that says which notification topic carries which model; it becomes
    /// `docs/notifications.json`.
    pub topics: Option<String>,
}

/// What pages describe.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SourceKind {
    /// `docs/*.md`: the primary pages.
    Operations,
    /// `docs/typed/*.md`: a typed SDK of the same API, its models and what its operations take.
    Typed,
}

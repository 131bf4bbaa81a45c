//! Pages, operations and parameters.

use crate::{Scalar, Type};
use serde::Deserialize;
use std::fmt;

/// One API page: what OpenAPI calls a tag.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "the keys of a page: format, api, base_url, operations"
)]
pub struct Page {
    /// The version of the IR: [`crate::FORMAT`].
    pub format: u32,
    /// The page's name, such as `OrganizationAuthorizationApi`.
    pub api: String,
    /// What all paths of the page are relative to, without a trailing slash.
    pub base_url: String,
    /// In the order of the page.
    pub operations: Vec<Operation>,
}

impl Page {
    /// The path of the base URL, such as `/rest/v3`; empty where it is only a host.
    pub fn base_path(&self) -> &str {
        let rest = self.base_url.split_once("://").map_or("", |(_, rest)| rest);
        rest.find('/')
            .map_or("", |start| rest[start..].trim_end_matches('/'))
    }
}

/// One operation: a method on a path.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "the keys of an operation, such as id, method, path, returns"
)]
pub struct Operation {
    /// The documented name, unique on its page.
    pub id: String,
    /// The HTTP method.
    pub method: Method,
    /// The path template, with `{name}` for each path parameter.
    pub path: String,
    /// One line: the row of the page's operation table.
    #[serde(default)]
    pub summary: String,
    /// What the section says beyond the summary; paragraphs are separated by a blank line.
    #[serde(default)]
    pub description: String,
    /// The vendor may change it at any time without notice.
    #[serde(default)]
    pub preview: bool,
    /// The vendor asks callers to stop using it.
    #[serde(default)]
    pub deprecated: bool,
    /// The operation only reads, although its method is not a safe one (RFC 9110 section 9.2.1).
    #[serde(default)]
    pub safe: bool,
    /// Why it is treated as safe; empty if it is not.
    #[serde(default)]
    pub safe_because: String,
    /// The permissions that the caller needs; `None` if the page does not say.
    #[serde(default)]
    pub permissions: Option<Permissions>,
    /// How further pages of the result are requested.
    #[serde(default)]
    pub paging: Option<Paging>,
    /// The job that it starts, and how to wait for its results.
    #[serde(default)]
    pub job: Option<Job>,
    /// In documented order.
    #[serde(default)]
    pub parameters: Vec<Parameter>,
    /// The type of the response body.
    pub returns: Type,
    /// The media type of the response body (RFC 9110 section 8.3.1), without parameters, where it is
    /// not [`JSON`]: OpenAPI 2.0's `produces`. Overlay only.
    #[serde(default)]
    pub produces: Option<String>,
}

/// Media type of all request bodies, and of response bodies by default.
pub const JSON: &str = "application/json";

impl Operation {
    /// The media type of the response body.
    pub fn media_type(&self) -> &str {
        self.produces.as_deref().unwrap_or(JSON)
    }
}

/// An HTTP method (RFC 9110 section 9, RFC 5789).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    /// Reads.
    Get,
    /// Reads without a body.
    Head,
    /// Queries the communication options.
    Options,
    /// Creates, or acts.
    Post,
    /// Replaces.
    Put,
    /// Changes in part.
    Patch,
    /// Removes.
    Delete,
}

impl Method {
    /// Every method, in declaration order.
    pub const ALL: [Self; 7] = [
        Self::Get,
        Self::Head,
        Self::Options,
        Self::Post,
        Self::Put,
        Self::Patch,
        Self::Delete,
    ];

    /// As written in a request line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Options => "OPTIONS",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }

    /// The method of that name, which is case-sensitive.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.as_str() == word)
    }
}

impl Method {
    /// RFC 9110 section 9.2.1: it only reads.
    pub fn is_safe(self) -> bool {
        match self {
            Self::Get | Self::Head | Self::Options => true,
            Self::Post | Self::Put | Self::Patch | Self::Delete => false,
        }
    }

    /// Whether its requests have content (RFC 9110 section 9.3, RFC 5789).
    pub fn has_body(self) -> bool {
        match self {
            Self::Post | Self::Put | Self::Patch => true,
            Self::Get | Self::Head | Self::Options | Self::Delete => false,
        }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The permissions that a caller needs.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "{ require: any, of: [domain:entity:action] }"
)]
pub struct Permissions {
    /// How many of them.
    pub require: Require,
    /// Permissions as documented, such as `authorization:orgTrustee:delete`, in documented order.
    #[serde(default)]
    pub of: Vec<String>,
}

impl fmt::Display for Permissions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { require, of } = self;
        write!(f, "{} [{}]", require.as_str(), of.join(", "))
    }
}

/// How many of the listed permissions a caller needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Require {
    /// One of them is enough.
    Any,
    /// All of them.
    All,
    /// The page says that none is needed.
    None,
}

impl Require {
    /// As the IR spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::All => "all",
            Self::None => "none",
        }
    }
}

/// How further pages of a result are requested.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, expecting = "{ style, parameter, next, items }")]
pub struct Paging {
    /// The way.
    pub style: PagingStyle,
    /// What selects a page: the documented name of a query parameter or, in the body, the wire name
    /// of its field; `paging.pageNumber` is a field of the body's field `paging`.
    pub parameter: String,
    /// Where that parameter is: [`Location::Query`] or [`Location::Body`].
    #[serde(rename = "in", default = "query")]
    pub location: Location,
    /// The wire name of the response field that says whether there are more pages: the number of
    /// pages ([`PagingStyle::Number`]), the number of items on all pages ([`PagingStyle::Total`]),
    /// the next cursor ([`PagingStyle::Cursor`]) or the URI of the next page
    /// ([`PagingStyle::Uri`]).
    pub next: String,
    /// The wire name of the response field that holds the items.
    pub items: String,
}

/// The ways of paging.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PagingStyle {
    /// Pages are numbered from 1, and a response carries how many there are: `pageCount`.
    Number,
    /// Pages are numbered from 1, and a response carries how many items there are: `totalHits`.
    Total,
    /// A response carries the cursor of the next page.
    Cursor,
    /// A response carries the URI of the next page, whose query holds the cursor.
    Uri,
}

impl PagingStyle {
    /// As the IR spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Total => "total",
            Self::Cursor => "cursor",
            Self::Uri => "uri",
        }
    }
}

/// A job: work that continues after the operation that starts it has answered (a long-running
/// operation in Google's AIP-151).
///
/// The polling operation has the path of the starting one, followed by the job's id: `…/{jobId}`.
/// The results are below that path.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "the keys of a job, such as id, poll, results, state, done, failed"
)]
pub struct Job {
    /// The wire name of the field with the job's id, in the answer of the operation that starts it.
    pub id: String,
    /// The id of the operation that answers with the job's state; on the same page.
    pub poll: String,
    /// The id of the operation that answers with the job's results; on the same page.
    pub results: String,
    /// The wire name of the field with the state.
    pub state: String,
    /// The states in which there are results.
    pub done: Vec<String>,
    /// The final states without results. In any other state the job is still running.
    pub failed: Vec<String>,
    /// The wire name of the field that says why it failed: a text, or an object or a list of
    /// objects with a `message`.
    #[serde(default)]
    pub reason: Option<String>,
    /// The wire name of the field that says how much is done, in percent.
    #[serde(default)]
    pub percent: Option<String>,
}

/// A parameter of an operation; the request body is one.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "the keys of a parameter, such as name, in, type"
)]
pub struct Parameter {
    /// As documented.
    pub name: String,
    /// Where it goes.
    #[serde(rename = "in")]
    pub location: Location,
    /// Its name on the wire, where that differs from [`Parameter::name`].
    #[serde(default)]
    pub wire: Option<String>,
    /// Its type.
    #[serde(rename = "type")]
    pub ty: Type,
    /// Whether a call without it is refused.
    #[serde(default)]
    pub required: bool,
    /// What the server assumes when it is not sent.
    #[serde(default)]
    pub default: Option<Scalar>,
    /// Documented values, in documented order. The server may take others.
    #[serde(default)]
    pub values: Vec<Scalar>,
    /// An array in a query repeats its key instead of joining its elements. Overlay only.
    #[serde(default)]
    pub explode: bool,
    /// Text of the page.
    #[serde(default)]
    pub description: String,
}

impl Parameter {
    /// The name on the wire.
    pub fn wire_name(&self) -> &str {
        self.wire.as_deref().unwrap_or(&self.name)
    }
}

/// Where a parameter goes: OpenAPI's `in`, with the request body beside them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Location {
    /// In the path template.
    Path,
    /// In the query string.
    Query,
    /// A header field.
    Header,
    /// The request body, as JSON.
    Body,
}

impl Location {
    /// As the IR spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Header => "header",
            Self::Body => "body",
        }
    }

    /// Whether a value stands there as JSON; elsewhere it is text.
    pub fn is_body(self) -> bool {
        match self {
            Self::Body => true,
            Self::Path | Self::Query | Self::Header => false,
        }
    }

    /// Whether the wire name is sent. A path has only the value, and the body is the whole value.
    pub fn sends_name(self) -> bool {
        match self {
            Self::Query | Self::Header => true,
            Self::Path | Self::Body => false,
        }
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

fn query() -> Location {
    Location::Query
}

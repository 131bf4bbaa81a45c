//! The constant facts of an operation. One table of them is rendered per page. Plain data.

/// An operation: a method on a path, and the permissions that it needs.
#[derive(Debug)]
#[non_exhaustive]
pub struct Operation {
    /// The documented name, such as `getOrgauthorizationTrustee`.
    pub id: &'static str,
    /// The HTTP method.
    pub method: http::Method,
    /// The path template below the base URL, with `{name}` for each path parameter.
    pub path: &'static str,
    /// How many of [`Operation::permissions`] the caller's role needs.
    pub require: Require,
    /// The documented permissions.
    pub permissions: &'static [&'static str],
    /// The operation only reads although its method is not safe (RFC 9110 section 9.2.1), so it may
    /// be retried.
    pub safe: bool,
    /// The media type to ask for, and to assume if the answer has no `Content-Type`; `None` =
    /// `application/json`.
    pub produces: Option<&'static str>,
}

// One call for each of thousands: each `const fn` more is evaluated for each of them.
#[allow(
    dead_code,
    reason = "rendered code uses them; a client may have no operation of a kind"
)]
impl Operation {
    pub(crate) const fn new(
        id: &'static str,
        method: http::Method,
        path: &'static str,
        require: Require,
        permissions: &'static [&'static str],
    ) -> Self {
        Self {
            id,
            method,
            path,
            require,
            permissions,
            safe: false,
            produces: None,
        }
    }

    #[must_use]
    pub(crate) const fn safe(mut self) -> Self {
        self.safe = true;
        self
    }

    #[must_use]
    pub(crate) const fn produces(mut self, media_type: &'static str) -> Self {
        self.produces = Some(media_type);
        self
    }
}

impl Operation {
    /// Whether sending it twice has the same effect as once: the idempotent methods of RFC 9110
    /// section 9.2.2, and operations that only read.
    pub fn repeatable(&self) -> bool {
        self.safe
            || matches!(
                self.method.as_str(),
                "GET" | "HEAD" | "OPTIONS" | "PUT" | "DELETE"
            )
    }
}

/// The documented name, by which a mock knows it.
impl AsRef<str> for Operation {
    fn as_ref(&self) -> &str {
        self.id
    }
}

/// Returned by `client.users()` if the feature of that page is off. It has no methods; the deprecation
/// warning names the feature.
#[derive(Debug)]
pub struct FeatureIsOff;

/// How many of an operation's permissions the caller's role needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Require {
    /// One of them is enough.
    Any,
    /// All of them.
    All,
    /// None, by the docs.
    None,
    /// Not documented.
    Unknown,
}

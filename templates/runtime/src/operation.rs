//! What is known of an operation before it is called: one table of them is rendered per page.
//! Plain data; pure.

/// An operation: a method on a path, and what a caller needs to know of it.
#[derive(Debug)]
#[non_exhaustive]
pub struct Operation {
    /// The documented name, such as `getOrgauthorizationTrustee`.
    pub id: &'static str,
    /// The HTTP method.
    pub method: http::Method,
    /// The path template below the base URL, with `{name}` for each path parameter.
    pub path: &'static str,
    /// How many of [`Operation::permissions`] the caller's role must hold.
    pub require: Require,
    /// Permissions, as documented.
    pub permissions: &'static [&'static str],
    /// It only reads, though its method does not say so (RFC 9110 section 9.2.1), so it may be
    /// repeated.
    pub safe: bool,
    /// What the answer is asked for in and, where it does not say, read as; nothing for
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
    /// Whether sending it twice does what sending it once does: the idempotent methods of RFC 9110
    /// section 9.2.2, and whatever only reads.
    pub fn repeatable(&self) -> bool {
        self.safe
            || matches!(
                self.method.as_str(),
                "GET" | "HEAD" | "OPTIONS" | "PUT" | "DELETE"
            )
    }
}

/// The documented name: what a mock knows it by.
impl AsRef<str> for Operation {
    fn as_ref(&self) -> &str {
        self.id
    }
}

/// What `client.users()` gives where the feature of that page is off: nothing can be called on it, and
/// the method's deprecation names the feature.
#[derive(Debug)]
pub struct FeatureIsOff;

/// How many of an operation's permissions a caller's role must hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Require {
    /// One of them is enough.
    Any,
    /// All of them.
    All,
    /// The docs say that none is needed.
    None,
    /// The docs do not say.
    Unknown,
}

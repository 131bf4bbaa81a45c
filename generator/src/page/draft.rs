//! A page's parts before they are joined and compared.

use crate::raw::{RawParameter, Spanned};
use crate::source_text::SourceText;
use spec::{Method, Require, Type};
use std::collections::HashSet;
use std::ops::Range;

/// A row that newer docs add to every operation. It is a feature of the JavaScript client, not a
/// parameter.
pub(super) const CUSTOM_HEADERS: &str = "customHeaders";

/// The argument with all optional values.
const OPTS: &str = "opts";

/// A page's parts.
#[derive(Default)]
pub(super) struct Draft<'a> {
    /// `title:` of the front matter, or a heading that only names the page.
    pub(super) titles: Vec<SourceText<'a>>,
    /// The first heading that only names the page.
    pub(super) heading: Option<SourceText<'a>>,
    /// `# platformClient.X`, `## PureCloudPlatformClientV2.X`.
    pub(super) api: Option<SourceText<'a>>,
    pub(super) base_url: Option<SourceText<'a>>,
    pub(super) version: Option<SourceText<'a>>,
    pub(super) rows: Vec<Row<'a>>,
    pub(super) sections: Vec<Section<'a>>,
}

/// A row of the operation table.
pub(super) struct Row<'a> {
    pub(super) id: SourceText<'a>,
    /// What follows `#` in the link's target.
    pub(super) fragment: Option<SourceText<'a>>,
    pub(super) method: Option<Spanned<Method>>,
    /// `None` if only the section has it.
    pub(super) path: Option<SourceText<'a>>,
    pub(super) summary: String,
}

/// An operation's section.
pub(super) struct Section<'a> {
    pub(super) range: Range<usize>,
    /// `<a name="id"></a>` or `## id`.
    pub(super) anchor: Option<SourceText<'a>>,
    pub(super) signature: Option<Signature<'a>>,
    pub(super) request: Option<RequestLine<'a>>,
    pub(super) paragraphs: Vec<String>,
    pub(super) preview: bool,
    pub(super) deprecated: bool,
    pub(super) requires: Option<Requires<'a>>,
    /// The body's type by the body schema section.
    pub(super) body_type: Option<Spanned<Type>>,
    pub(super) example: Option<DocsExample<'a>>,
    pub(super) parameters: Option<Parameters>,
    /// There is something under `### Return type`, possibly not a type.
    pub(super) has_return: bool,
    pub(super) returns: Option<Spanned<Type>>,
}

impl Section<'_> {
    pub(super) fn new(start: usize) -> Self {
        Self {
            range: start..start,
            anchor: None,
            signature: None,
            request: None,
            paragraphs: Vec::new(),
            preview: false,
            deprecated: false,
            requires: None,
            body_type: None,
            example: None,
            parameters: None,
            has_return: false,
            returns: None,
        }
    }
}

/// `Type id(args, opts)`. Java also lists optional arguments; Python lists them as `name=name`.
#[derive(Clone)]
pub(super) struct Signature<'a> {
    pub(super) range: Range<usize>,
    pub(super) returns: Option<Spanned<Type>>,
    pub(super) id: SourceText<'a>,
    pub(super) arguments: Vec<SourceText<'a>>,
    /// Those that are written `name=name`.
    pub(super) keywords: HashSet<&'a str>,
}

impl<'a> Signature<'a> {
    /// The arguments before `opts`.
    pub(super) fn required(&self) -> impl Iterator<Item = SourceText<'a>> {
        self.arguments
            .iter()
            .copied()
            .filter(|argument| argument.text != OPTS)
    }

    pub(super) fn has_opts(&self) -> bool {
        self.arguments.iter().any(|argument| argument.text == OPTS)
    }
}

/// `VERB /path`.
#[derive(Clone, Copy)]
pub(super) struct RequestLine<'a> {
    pub(super) method: Method,
    pub(super) path: SourceText<'a>,
    pub(super) line: SourceText<'a>,
}

/// `Requires ANY permissions:` with its list.
pub(super) struct Requires<'a> {
    pub(super) require: Require,
    pub(super) range: Range<usize>,
    /// Each once.
    pub(super) of: Vec<String>,
    pub(super) seen: HashSet<&'a str>,
    /// Items that are prose, not permissions.
    pub(super) prose: Vec<String>,
}

impl<'a> Requires<'a> {
    pub(super) fn new(require: Require, line: SourceText<'a>) -> Self {
        Self {
            require,
            range: line.range(),
            of: Vec::new(),
            seen: HashSet::new(),
            prose: Vec::new(),
        }
    }
}

/// The table of parameters, or the sentence that there is none.
pub(super) struct Parameters {
    pub(super) range: Range<usize>,
    pub(super) rows: Vec<RawParameter>,
    /// Not every row could be read, so a missing parameter may be in the docs.
    pub(super) is_partial: bool,
    /// The table lists `customHeaders`, which is left out of the rows.
    pub(super) has_custom_headers: bool,
}

/// The example's facts.
pub(super) struct DocsExample<'a> {
    pub(super) range: Range<usize>,
    /// `new platformClient.X()`, `new X()` or `PureCloudPlatformClientV2.X()`.
    pub(super) api: Option<SourceText<'a>>,
    /// Declarations and the entries of `opts`, in order.
    pub(super) arguments: Vec<Argument<'a>>,
    /// `apiInstance.id(args)`.
    pub(super) call: Option<(SourceText<'a>, Vec<SourceText<'a>>)>,
}

/// A value of the example.
pub(super) struct Argument<'a> {
    pub(super) name: SourceText<'a>,
    pub(super) value: SourceText<'a>,
    /// The word of the comment after it.
    pub(super) ty: Option<SourceText<'a>>,
    /// Whether it is an entry of `opts` or marked `(optional)`; `None` if the example does not say.
    pub(super) optional: Option<bool>,
}

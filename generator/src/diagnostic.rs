//! What is wrong with the docs, where, and what to do about it.
//!
//! Bad docs are not exceptional: every stage returns what it could read together with its
//! diagnostics, so that one run shows every fault. Rendering them is `xtask`'s.

use std::ops::Range;

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Which rule found it.
    pub code: Code,
    /// What is wrong, in one sentence without a full stop, naming the thing.
    pub message: String,
    /// Where.
    pub span: Span,
    /// Where else: the other side of a contradiction, with a word on what stands there.
    pub related: Vec<(Span, String)>,
    /// What to do, where the code's own help is not enough.
    pub help: Option<String>,
}

/// A place in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// The file, relative to the spec folder, with `/` between folders.
    pub file: String,
    /// Bytes of the file's text.
    pub range: Range<usize>,
}

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Something to know; the docs are read as they are meant.
    Note,
    /// The docs contradict themselves; what is read is one of the readings.
    Warning,
    /// Something would be lost or invented; nothing is written.
    Error,
}

/// A rule. Its name in output is its kebab-case name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Code {
    /// A file whose bytes are no UTF-8.
    NotText,
    /// A YAML file that is no YAML, or not of its shape.
    InvalidYaml,
    /// A line that belongs to no construct.
    UnreadLine,
    /// A page without a heading `platformClient.…Api`.
    MissingPageName,
    /// Title, heading and file name differ.
    PageNameMismatch,
    /// A page without `All URIs are relative to …`.
    MissingBaseUrl,
    /// A base URL that is none.
    BadBaseUrl,
    /// A page without operations.
    NoOperation,
    /// A heading that is none of the docs'.
    UnknownHeading,
    /// A table whose columns are none of the docs'.
    UnknownColumn,
    /// A verb that is no HTTP method.
    UnknownMethod,
    /// A word that is no type.
    UnknownType,
    /// A note that is none of the docs'.
    UnknownNote,
    /// A fence of a language that is not expected there.
    UnknownLanguage,
    /// A `:::` block with a title that is not known.
    UnknownAlert,
    /// `Requires … permissions:` with a word that is not known.
    UnknownRequire,
    /// A name that is no identifier.
    BadName,
    /// A path that is no path template.
    BadPath,
    /// A table row with too few cells.
    MissingCell,
    /// A table row with too many cells.
    ExtraCell,
    /// A row of the operation table without a section.
    MissingSection,
    /// A section without a row in the operation table.
    MissingRow,
    /// A row of the operation table says something else than the section.
    RowMismatch,
    /// A section without `Type id(args)`.
    MissingSignature,
    /// A section without an anchor.
    MissingAnchor,
    /// An anchor that is not the signature's name.
    AnchorMismatch,
    /// A section without `METHOD /path`.
    MissingRequest,
    /// A section without its parameters.
    MissingParameters,
    /// A section without an example.
    MissingExample,
    /// A section without a return type.
    MissingReturn,
    /// A part of a section that stands there twice.
    DuplicatePart,
    /// An operation that stands on its page twice.
    DuplicateOperation,
    /// A method and a path that stand on a page twice.
    DuplicateEndpoint,
    /// A parameter that is listed twice.
    DuplicateParameter,
    /// A permission that is listed twice.
    DuplicatePermission,
    /// A value that is listed twice.
    DuplicateValue,
    /// A list of permissions without `Requires …`.
    StrayPermissions,
    /// `Requires …` without a list.
    EmptyPermissions,
    /// `Requires NO permissions:` with a list.
    UnexpectedPermissions,
    /// An item of a list of permissions that is none.
    PermissionForm,
    /// A parameter that only the signature or the example knows.
    ParameterMissing,
    /// A name in the path that is no parameter.
    PathParameterMissing,
    /// A parameter of the path that is optional.
    PathParameterOptional,
    /// The signature does not fit the table of parameters.
    SignatureMismatch,
    /// The example does not fit the section.
    ExampleMismatch,
    /// The heading's type is not the return type.
    ReturnMismatch,
    /// A preview note about another operation.
    PreviewMismatch,
    /// A default that is none of the documented values.
    DefaultOutsideValues,
    /// A documented value that does not fit its type.
    ValueType,
    /// A model page without the table of its fields.
    MissingFields,
    /// A field that is listed twice.
    DuplicateField,
    /// A code block that never ends.
    UnclosedFence,
    /// A `:::` block that never ends.
    UnclosedAlert,
    /// A parameter that is to go into the path, whose template does not name it.
    PlaceholderMissing,
    /// An operation with more than one request body.
    SeveralBodies,
    /// Two parameters or fields that are the same on the wire.
    WireNameTwice,
    /// A header field whose name HTTP does not allow.
    WireNameInvalid,
    /// A type that cannot stand where it does.
    UnfitType,
    /// An entry of the overlay for something that the docs don't hold.
    OverlayMatchesNothing,
    /// An entry of the overlay that says what the docs say without it.
    OverlayChangesNothing,
    /// An entry of the overlay that does not fit the operation.
    UnfitOverlay,
    /// Two pages of one name.
    PageTwice,
    /// An operation that stands on two pages, in the same words.
    OperationOnSeveralPages,
    /// An operation that stands on two pages, in different words.
    CopiesDiffer,
    /// An id that means one operation on one page and another one elsewhere.
    IdOfTwoOperations,
    /// A method and path that have another id on another page.
    OperationUnderTwoIds,
    /// A model that two pages or two entries describe.
    ModelTwice,
    /// models.yaml says something else than the model's page.
    ModelsContradict,
    /// A model of models.yaml that no operation leads to.
    UnreachedModel,
    /// A field whose key in JSON could be spelled otherwise.
    DoubtfulWireName,
}

impl Code {
    /// As shown, and as searched for.
    pub fn name(self) -> &'static str {
        self.facts().0
    }

    /// How bad it is.
    pub fn severity(self) -> Severity {
        self.facts().1
    }

    /// What to do about it.
    pub fn help(self) -> &'static str {
        self.facts().2
    }

    /// Name, severity and help of every code, in one place.
    fn facts(self) -> (&'static str, Severity, &'static str) {
        use Severity::{Error, Note, Warning};
        match self {
            Self::NotText => (
                "not-text",
                Error,
                "replace the file by one that is text, or take it out of the folder",
            ),
            Self::InvalidYaml => (
                "invalid-yaml",
                Error,
                "write it as the type of that file in `spec/src` says",
            ),
            Self::UnreadLine => (
                "unread-line",
                Error,
                "teach the page reader this form; a line that is skipped could be an operation",
            ),
            Self::MissingPageName => (
                "missing-page-name",
                Error,
                "add the heading `# platformClient.<Name>Api`, or take the file out of the folder",
            ),
            Self::PageNameMismatch => (
                "page-name-mismatch",
                Warning,
                "the heading is taken; rename the file, or tell the docs' owner",
            ),
            Self::MissingBaseUrl => (
                "missing-base-url",
                Error,
                "add the line `All URIs are relative to *https://…*`",
            ),
            Self::BadBaseUrl => (
                "bad-base-url",
                Error,
                "write the server's URL: scheme, host and nothing but a path",
            ),
            Self::NoOperation => (
                "no-operation",
                Warning,
                "take the page out of the folder if that is meant",
            ),
            Self::UnknownHeading => (
                "unknown-heading",
                Error,
                "teach the page reader this heading; what stands under it could be an operation or a part of one",
            ),
            Self::UnknownColumn => (
                "unknown-column",
                Error,
                "teach the table reader these columns; a column that is skipped is a fact that is lost",
            ),
            Self::UnknownMethod => (
                "unknown-method",
                Error,
                "correct the verb, or teach `spec::Method` the method",
            ),
            Self::UnknownType => (
                "unknown-type",
                Error,
                "teach the type reader this word; models begin with a capital letter",
            ),
            Self::UnknownNote => (
                "unknown-note",
                Error,
                "teach the reader of notes this form; it could say that something is required",
            ),
            Self::UnknownLanguage => (
                "unknown-language",
                Error,
                "teach the page reader what this fence is",
            ),
            Self::UnknownAlert => (
                "unknown-alert",
                Error,
                "teach the page reader what this title means for an operation",
            ),
            Self::UnknownRequire => (
                "unknown-require",
                Error,
                "teach the page reader this word; permissions decide who may call",
            ),
            Self::BadName => (
                "bad-name",
                Error,
                "correct the name; it would become a name in Rust",
            ),
            Self::BadPath => (
                "bad-path",
                Error,
                "write `/segment/{name}`; what must be escaped in a URL may not stand in a path",
            ),
            Self::MissingCell => (
                "missing-cell",
                Error,
                "add the cells that are missing; without them the row's facts can't be told apart",
            ),
            Self::ExtraCell => (
                "extra-cell",
                Warning,
                "the pipe is taken for a part of the text; write it as `\\|`",
            ),
            Self::MissingSection => (
                "missing-section",
                Error,
                "add the operation's section, or take its row away; as it stands an operation would be lost",
            ),
            Self::MissingRow => (
                "missing-row",
                Warning,
                "the section is taken; the summary is its first paragraph",
            ),
            Self::RowMismatch => (
                "row-mismatch",
                Warning,
                "the section is taken; if the table is right, say so in the overlay",
            ),
            Self::MissingSignature => (
                "missing-signature",
                Error,
                "add the signature; the section's facts hang on it",
            ),
            Self::MissingAnchor => (
                "missing-anchor",
                Warning,
                "the signature is taken for the start of the section",
            ),
            Self::AnchorMismatch => ("anchor-mismatch", Warning, "the signature is taken"),
            Self::MissingRequest => (
                "missing-request",
                Error,
                "add the line; without it nothing can be called",
            ),
            Self::MissingParameters => (
                "missing-parameters",
                Error,
                "add the table, or the sentence that there are none",
            ),
            Self::MissingExample => (
                "missing-example",
                Warning,
                "nothing is lost; the example only confirms the rest",
            ),
            Self::MissingReturn => ("missing-return", Warning, "the signature's type is taken"),
            Self::DuplicatePart => (
                "duplicate-part",
                Error,
                "take one of them away; the second would be lost",
            ),
            Self::DuplicateOperation => (
                "duplicate-operation",
                Error,
                "take one of them away; one would be lost",
            ),
            Self::DuplicateEndpoint => (
                "duplicate-endpoint",
                Warning,
                "both operations are kept; they do the same",
            ),
            Self::DuplicateParameter => (
                "duplicate-parameter",
                Error,
                "take one of the rows away; one would be lost",
            ),
            Self::DuplicatePermission => ("duplicate-permission", Warning, "it is taken once"),
            Self::DuplicateValue => ("duplicate-value", Warning, "it is taken once"),
            Self::StrayPermissions => (
                "stray-permissions",
                Error,
                "add the line `Requires ANY permissions:` or `Requires ALL permissions:`",
            ),
            Self::EmptyPermissions => (
                "empty-permissions",
                Error,
                "list the permissions, or write `Requires NO permissions:`",
            ),
            Self::UnexpectedPermissions => (
                "unexpected-permissions",
                Warning,
                "the list is kept beside the word",
            ),
            Self::PermissionForm => (
                "permission-form",
                Warning,
                "its text is kept in the description; name the permissions in the overlay",
            ),
            Self::ParameterMissing => (
                "parameter-missing",
                Error,
                "add its row to the table; as it stands a parameter would be lost",
            ),
            Self::PathParameterMissing => (
                "path-parameter-missing",
                Error,
                "add its row to the table; the path can't be filled in without it",
            ),
            Self::PathParameterOptional => (
                "path-parameter-optional",
                Warning,
                "it is taken for required",
            ),
            Self::SignatureMismatch => ("signature-mismatch", Warning, "the table is taken"),
            Self::ExampleMismatch => (
                "example-mismatch",
                Warning,
                "the table of parameters is taken",
            ),
            Self::ReturnMismatch => (
                "return-mismatch",
                Warning,
                "the part `Return type` is taken",
            ),
            Self::PreviewMismatch => (
                "preview-mismatch",
                Warning,
                "the section's operation is taken for a preview",
            ),
            Self::DefaultOutsideValues => (
                "default-outside-values",
                Warning,
                "both are kept as documented",
            ),
            Self::ValueType => ("value-type", Warning, "it is kept as text"),
            Self::MissingFields => (
                "missing-fields",
                Error,
                "add the table; without it nothing of the model is known",
            ),
            Self::DuplicateField => (
                "duplicate-field",
                Error,
                "take one of the rows away; one would be lost",
            ),
            Self::UnclosedFence => (
                "unclosed-fence",
                Error,
                "close the fence; what follows is swallowed by it",
            ),
            Self::UnclosedAlert => (
                "unclosed-alert",
                Error,
                "close it with `:::`; what follows is swallowed by it",
            ),
            Self::PlaceholderMissing => (
                "placeholder-missing",
                Error,
                "correct `in` or `wire` of the parameter in the overlay",
            ),
            Self::SeveralBodies => (
                "several-bodies",
                Error,
                "say in the overlay where the other one goes (`in: query`)",
            ),
            Self::WireNameTwice => (
                "wire-name-twice",
                Error,
                "correct `wire` of one of them in the overlay",
            ),
            Self::WireNameInvalid => (
                "wire-name-invalid",
                Error,
                "correct `wire` of the parameter in the overlay",
            ),
            Self::UnfitType => (
                "unfit-type",
                Error,
                "correct `type` or `in` in the overlay, or the entry of models.yaml",
            ),
            Self::OverlayMatchesNothing => (
                "overlay-matches-nothing",
                Error,
                "the docs have changed; take the entry away, or correct its name",
            ),
            Self::OverlayChangesNothing => (
                "overlay-changes-nothing",
                Error,
                "the docs have healed; take the line away",
            ),
            Self::UnfitOverlay => (
                "unfit-overlay",
                Error,
                "correct the entry; it is held against the parameters and the returned model",
            ),
            Self::PageTwice => (
                "page-twice",
                Error,
                "take one of the files away; one would overwrite the other",
            ),
            Self::OperationOnSeveralPages => (
                "operation-on-several-pages",
                Warning,
                "it is rendered once and reachable from each page",
            ),
            Self::CopiesDiffer => (
                "copies-differ",
                Warning,
                "the copy of the page that comes first by name is rendered; correct the wrong one in the overlay",
            ),
            Self::IdOfTwoOperations => (
                "id-of-two-operations",
                Warning,
                "both are kept, each under its page",
            ),
            Self::OperationUnderTwoIds => (
                "operation-under-two-ids",
                Warning,
                "both are kept; they do the same",
            ),
            Self::ModelTwice => (
                "model-twice",
                Error,
                "take one of them away; one would be lost",
            ),
            Self::ModelsContradict => (
                "models-contradict",
                Warning,
                "the page is taken; take the entry out of models.yaml, and correct the page in the overlay if it is wrong",
            ),
            Self::UnreachedModel => (
                "unreached-model",
                Warning,
                "take the entry away if the docs no longer name it",
            ),
            Self::DoubtfulWireName => (
                "doubtful-wire-name",
                Note,
                "compare with an answer of the API; if the key is another one, say so in the overlay under `models`",
            ),
        }
    }
}

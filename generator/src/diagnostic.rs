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
}

impl Diagnostic {
    /// A finding of one place.
    pub fn new(code: Code, message: String, span: Span) -> Self {
        Self {
            code,
            message,
            span,
            related: Vec::new(),
        }
    }
}

/// A place in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// The file, relative to the spec folder, with `/` between folders.
    pub file: String,
    /// Bytes of the file's text.
    pub range: Range<usize>,
}

impl Span {
    /// A place in a file.
    pub fn new(file: &str, range: &Range<usize>) -> Self {
        Self {
            file: file.to_owned(),
            range: range.clone(),
        }
    }
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

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, $severity:ident, $help:literal;)*) => {
        /// A rule. Its name in output is its kebab-case name.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $($(#[$doc])* $variant,)*
        }

        impl Code {
            /// Every rule, in declaration order.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// Name, severity and help.
            fn facts(self) -> (&'static str, Severity, &'static str) {
                match self {
                    $(Self::$variant => ($name, Severity::$severity, $help),)*
                }
            }
        }
    };
}

// The one table of rules: what it is about, its name, how bad it is, what to do about it.
codes! {
    /// A file whose bytes are no UTF-8.
    NotText = "not-text", Error,
        "replace the file by one that is text, or take it out of the folder";
    /// A YAML file that is no YAML, or not of its shape.
    InvalidYaml = "invalid-yaml", Error,
        "write it as the type of that file in `spec/src` says";
    /// Pages that are not those that were pulled.
    PinsMismatch = "pins-mismatch", Error,
        "`cargo xtask pull --version N` brings the pages of a version; for pages that were put there \
         by hand, take source.yaml away or add `--by-hand`. What the docs say wrongly is corrected in \
         overlay.yaml";
    /// Pages of two states of the API side by side.
    DocsDrift = "docs-drift", Warning,
        "`cargo xtask pull` without `--accept-drift` takes versions of one state";
    /// An entry of renamed.yaml that no longer applies.
    StaleRename = "stale-rename", Error,
        "take the entry out of renamed.yaml, or correct it; an alias lives for one major version";
    /// A line that belongs to no construct.
    UnreadLine = "unread-line", Error,
        "teach the page reader this form; a line that is skipped could be an operation";
    /// A page without a heading `platformClient.…Api` or `…Api`.
    MissingPageName = "missing-page-name", Error,
        "add the heading `# platformClient.<Name>Api`, or take the file out of the folder";
    /// Title, heading and file name differ.
    PageNameMismatch = "page-name-mismatch", Warning,
        "the heading is taken; rename the file, or tell the docs' owner";
    /// A page without `All URIs are relative to …`.
    MissingBaseUrl = "missing-base-url", Error,
        "add the line `All URIs are relative to *https://…*`";
    /// A base URL that is none.
    BadBaseUrl = "bad-base-url", Error,
        "write the server's URL: scheme, host and nothing but a path";
    /// A page without operations.
    NoOperation = "no-operation", Warning,
        "take the page out of the folder if that is meant";
    /// A heading that is none of the docs'.
    UnknownHeading = "unknown-heading", Error,
        "teach the page reader this heading; what stands under it could be an operation or a part of one";
    /// A table whose columns are none of the docs'.
    UnknownColumn = "unknown-column", Error,
        "teach the table reader these columns; a column that is skipped is a fact that is lost";
    /// A verb that is no HTTP method.
    UnknownMethod = "unknown-method", Error,
        "correct the verb, or teach `spec::Method` the method";
    /// A word that is no type.
    UnknownType = "unknown-type", Error,
        "teach the type reader this word; models begin with a capital letter";
    /// A note that is none of the docs'.
    UnknownNote = "unknown-note", Error,
        "teach the reader of notes this form; it could say that something is required";
    /// A fence of a language that is not expected there.
    UnknownLanguage = "unknown-language", Error,
        "teach the page reader what this fence is";
    /// A `:::` block with a title that is not known.
    UnknownAlert = "unknown-alert", Error,
        "teach the page reader what this title means for an operation";
    /// `Requires … permissions:` with a word that is not known.
    UnknownRequire = "unknown-require", Error,
        "teach the page reader this word; permissions decide who may call";
    /// A name that is no identifier.
    BadName = "bad-name", Error,
        "correct the name; it would become a name in Rust";
    /// A path that is no path template.
    BadPath = "bad-path", Error,
        "write `/segment/{name}`; what must be escaped in a URL may not stand in a path";
    /// A table row with too few cells.
    MissingCell = "missing-cell", Error,
        "add the cells that are missing; without them the row's facts can't be told apart";
    /// A table row with too many cells.
    ExtraCell = "extra-cell", Warning,
        "the pipe is taken for a part of the text; write it as `\\|`";
    /// A row of the operation table without a section.
    MissingSection = "missing-section", Error,
        "add the operation's section, or take its row away; as it stands an operation would be lost";
    /// A section without a row in the operation table.
    MissingRow = "missing-row", Warning,
        "the section is taken; the summary is its first paragraph";
    /// A row of the operation table says something else than the section.
    RowMismatch = "row-mismatch", Warning,
        "the section is taken; if the table is right, say so in the overlay";
    /// A row's summary that the section does not say.
    SummaryMismatch = "summary-mismatch", Warning,
        "both are kept: the row's as the summary, the section's as the description";
    /// A section without `Type id(args)`.
    MissingSignature = "missing-signature", Error,
        "add the signature; the section's facts hang on it";
    /// A section without an anchor.
    MissingAnchor = "missing-anchor", Warning,
        "the signature is taken for the start of the section";
    /// An anchor that is not the signature's name.
    AnchorMismatch = "anchor-mismatch", Warning,
        "the signature is taken";
    /// A section without `METHOD /path`.
    MissingRequest = "missing-request", Error,
        "add the line; without it nothing can be called";
    /// A second line `METHOD /path` in a section.
    SecondRequest = "second-request", Warning,
        "the first is the operation's; the second is kept as a line of its description";
    /// A section without its parameters.
    MissingParameters = "missing-parameters", Error,
        "add the table, or the sentence that there are none";
    /// A section without an example.
    MissingExample = "missing-example", Warning,
        "nothing is lost; the example only confirms the rest";
    /// A section without a return type.
    MissingReturn = "missing-return", Warning,
        "the signature's type is taken";
    /// A part of a section that stands there twice.
    DuplicatePart = "duplicate-part", Error,
        "take one of them away; the second would be lost";
    /// An operation that stands on its page twice.
    DuplicateOperation = "duplicate-operation", Error,
        "take one of them away; one would be lost";
    /// A method and a path that stand on a page twice.
    DuplicateEndpoint = "duplicate-endpoint", Warning,
        "both operations are kept; they do the same";
    /// A parameter that is listed twice.
    DuplicateParameter = "duplicate-parameter", Error,
        "take one of the rows away; one would be lost";
    /// A permission that is listed twice.
    DuplicatePermission = "duplicate-permission", Warning,
        "it is taken once";
    /// A value that is listed twice.
    DuplicateValue = "duplicate-value", Warning,
        "it is taken once";
    /// A list of permissions without `Requires …`.
    StrayPermissions = "stray-permissions", Error,
        "add the line `Requires ANY permissions:` or `Requires ALL permissions:`";
    /// `Requires …` without a list.
    EmptyPermissions = "empty-permissions", Error,
        "list the permissions, or write `Requires NO permissions:`";
    /// `Requires NO permissions:` with a list.
    UnexpectedPermissions = "unexpected-permissions", Warning,
        "the list is kept beside the word";
    /// An item of a list of permissions that is none.
    PermissionForm = "permission-form", Warning,
        "its text is kept in the description; name the permissions in the overlay";
    /// A parameter that only the signature or the example knows.
    ParameterMissing = "parameter-missing", Error,
        "add its row to the table; as it stands a parameter would be lost";
    /// A name in the path that is no parameter.
    PathParameterMissing = "path-parameter-missing", Error,
        "add its row to the table; the path can't be filled in without it";
    /// A parameter of the path that is optional.
    PathParameterOptional = "path-parameter-optional", Warning,
        "it is taken for required";
    /// The signature does not fit the table of parameters.
    SignatureMismatch = "signature-mismatch", Warning,
        "the table is taken";
    /// The example does not fit the section.
    ExampleMismatch = "example-mismatch", Warning,
        "the table of parameters is taken";
    /// The heading's type is not the return type.
    ReturnMismatch = "return-mismatch", Warning,
        "the part `Return type` is taken";
    /// A preview note about another operation.
    PreviewMismatch = "preview-mismatch", Warning,
        "the section's operation is taken for a preview";
    /// A default that is none of the documented values.
    DefaultOutsideValues = "default-outside-values", Warning,
        "both are kept as documented";
    /// A documented value that does not fit its type.
    ValueType = "value-type", Warning,
        "it is kept as text";
    /// A model page without the table of its fields.
    MissingFields = "missing-fields", Error,
        "add the table; without it nothing of the model is known";
    /// A field that is listed twice.
    DuplicateField = "duplicate-field", Error,
        "take one of the rows away; one would be lost";
    /// An enum of a model's page whose values stand nowhere.
    MissingValues = "missing-values", Warning,
        "the field is taken for a text of any value; add the section `## Enum: …` with its table";
    /// A section of values that no field of the page has.
    UnusedValues = "unused-values", Warning,
        "nothing is known of whose values these are; correct the field's type in the overlay";
    /// A code block that never ends.
    UnclosedFence = "unclosed-fence", Error,
        "close the fence; what follows is swallowed by it";
    /// A `:::` block that never ends.
    UnclosedAlert = "unclosed-alert", Error,
        "close it with `:::`; what follows is swallowed by it";
    /// A parameter that is to go into the path, whose template does not name it.
    PlaceholderMissing = "placeholder-missing", Error,
        "correct `in` or `wire` of the parameter in the overlay";
    /// An operation with more than one request body.
    SeveralBodies = "several-bodies", Error,
        "say in the overlay where the other one goes (`in: query`)";
    /// Two parameters or fields that are the same on the wire.
    WireNameTwice = "wire-name-twice", Error,
        "correct `wire` of one of them in the overlay";
    /// A header field whose name HTTP does not allow.
    WireNameInvalid = "wire-name-invalid", Error,
        "correct `wire` of the parameter in the overlay";
    /// A type that cannot stand where it does.
    UnfitType = "unfit-type", Error,
        "correct `type` or `in` in the overlay, or the entry of models.yaml";
    /// An entry of the overlay for something that the docs don't hold.
    OverlayMatchesNothing = "overlay-matches-nothing", Error,
        "the docs have changed; take the entry away, or correct its name";
    /// An entry of the overlay that says what the docs say without it.
    OverlayChangesNothing = "overlay-changes-nothing", Error,
        "the docs have healed; take the line away";
    /// An entry of the overlay that does not fit the operation.
    UnfitOverlay = "unfit-overlay", Error,
        "correct the entry; it needs a reason, and is held against the parameters and the returned model";
    /// An entry of the overlay for what the docs do not have.
    OverlayIgnored = "overlay-ignored", Warning,
        "nothing to do if the page or model comes with other docs; correct the name if it is misspelt";
    /// An entry of models.yaml that is wrong in itself.
    UnfitModel = "unfit-model", Error,
        "correct the entry; a model that nothing describes is listed as `opaque: true`";
    /// An entry of client.yaml that cannot be rendered or pulled by.
    InvalidConfig = "invalid-config", Error,
        "correct client.yaml; a client that is rendered from it would not build or not log in";
    /// An entry of client.yaml for a page that is not there.
    ConfigIgnored = "config-ignored", Warning,
        "nothing to do if the page comes with other docs; correct the name if it is misspelt";
    /// A conflict that a merge left.
    ConflictMarker = "conflict-marker", Error,
        "keep one side of the conflict, and take the lines of markers out";
    /// Two pages of one name.
    PageTwice = "page-twice", Error,
        "take one of the files away; one would overwrite the other";
    /// An operation that stands on two pages, in the same words.
    OperationOnSeveralPages = "operation-on-several-pages", Warning,
        "it is rendered once and reachable from each page";
    /// An operation that stands on two pages, in different words.
    CopiesDiffer = "copies-differ", Warning,
        "the copy of the page that comes first by name is rendered; correct the wrong one in the overlay";
    /// An id that means one operation on one page and another one elsewhere.
    IdOfTwoOperations = "id-of-two-operations", Warning,
        "both are kept, each under its page";
    /// A method and path that have another id on another page.
    OperationUnderTwoIds = "operation-under-two-ids", Warning,
        "both are kept; they do the same";
    /// The primary page and the typed telling say different things of one operation.
    TellingsDiffer = "tellings-differ", Warning,
        "the typed telling's type is taken, and the primary page for everything else; correct what is wrong in the overlay";
    /// An operation or parameter that only the primary pages have.
    NotInTyped = "not-in-typed", Warning,
        "it keeps the primary page's types; the two may be of different states of the API";
    /// An operation or parameter that only the typed telling has.
    OnlyInTyped = "only-in-typed", Warning,
        "it is not part of the client; the two may be of different states of the API";
    /// A type that is named like a model and is a text on the wire.
    TextInDisguise = "text-in-disguise", Note,
        "it is read and written as a string; a page of that name, or an entry of models.yaml, makes it a model";
    /// A documented value of `expand` that is no field of what is returned.
    UnknownExpand = "unknown-expand", Note,
        "compare with an answer of the API; a field that is missing goes into models.yaml or is a fault of the docs";
    /// A model that two pages or two entries describe.
    ModelTwice = "model-twice", Error,
        "take one of them away; one would be lost";
    /// models.yaml says something else than the model's page.
    ModelsContradict = "models-contradict", Warning,
        "the page is taken; take the entry out of models.yaml, and correct the page in the overlay if it is wrong";
    /// A model of models.yaml that no operation leads to.
    UnreachedModel = "unreached-model", Warning,
        "take the entry away if the docs no longer name it";
    /// An operation that looks as if it started a job.
    DoubtfulJob = "doubtful-job", Note,
        "without `job` it has no `wait()`; say in the overlay what its job is, or `job: none`";
    /// A field whose key in JSON could be spelled otherwise.
    DoubtfulWireName = "doubtful-wire-name", Note,
        "compare with an answer of the API; if the key is another one, say so in the overlay under `models`";
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
}

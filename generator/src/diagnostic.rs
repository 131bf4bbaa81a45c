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
    /// What is wrong and with what, in one sentence without a full stop.
    pub message: String,
    /// Where.
    pub span: Span,
    /// Further places, such as the other side of a contradiction, each with a label.
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
    /// Byte range in the file's text.
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
    /// For information; the docs are read as intended.
    Note,
    /// The docs contradict themselves; one of the readings is taken.
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

// The table of all rules: description, name, severity, and what to do.
codes! {
    /// A file that is not UTF-8.
    NotText = "not-text", Error,
        "replace the file by a text file, or remove it from the folder";
    /// A file that is not YAML, or not of the expected shape.
    InvalidYaml = "invalid-yaml", Error,
        "write it in the shape that the file's type in `spec/src` documents";
    /// Pages that differ from those that were pulled.
    PinsMismatch = "pins-mismatch", Error,
        "`cargo xtask pull --version N` fetches the pages of a version; for pages that were put there \
         by hand, remove source.yaml or add `--by-hand`. Errors of the docs are corrected in \
         overlay.yaml";
    /// A pin that `pull` cannot have written.
    InvalidPin = "invalid-pin", Error,
        "`cargo xtask pull --version N` writes source.yaml anew; it is not edited by hand";
    /// Pages of two different states of the API.
    DocsDrift = "docs-drift", Warning,
        "`cargo xtask pull` without `--accept-drift` takes versions of one state";
    /// An entry of renamed.yaml that no longer applies.
    StaleRename = "stale-rename", Error,
        "remove the entry from renamed.yaml, or correct it; an alias is kept for one major version";
    /// A line that no construct accounts for.
    UnreadLine = "unread-line", Error,
        "add this form to the page reader; a skipped line could be an operation";
    /// A page without a heading `platformClient.…Api` or `…Api`.
    MissingPageName = "missing-page-name", Error,
        "add the heading `# platformClient.<Name>Api`, or remove the file from the folder";
    /// Title, heading and file name differ.
    PageNameMismatch = "page-name-mismatch", Warning,
        "the heading is used; rename the file, or report it to the docs' owner";
    /// A page without `All URIs are relative to …`.
    MissingBaseUrl = "missing-base-url", Error,
        "add the line `All URIs are relative to *https://…*`";
    /// A base URL that is not valid.
    BadBaseUrl = "bad-base-url", Error,
        "write the server's URL: scheme, host and, if needed, a path; nothing else";
    /// A page without operations.
    NoOperation = "no-operation", Warning,
        "remove the page from the folder if it should have none";
    /// An unknown heading.
    UnknownHeading = "unknown-heading", Error,
        "add this heading to the page reader; what is under it could be an operation or part of one";
    /// A table with unknown columns.
    UnknownColumn = "unknown-column", Error,
        "add these columns to the table reader; a skipped column is a lost fact";
    /// An unknown HTTP method.
    UnknownMethod = "unknown-method", Error,
        "correct the method, or add it to `spec::Method`";
    /// An unknown type.
    UnknownType = "unknown-type", Error,
        "add this word to the type reader; models begin with a capital letter";
    /// An unknown note.
    UnknownNote = "unknown-note", Error,
        "add this form to the reader of notes; it could say that something is required";
    /// A code fence in an unexpected language.
    UnknownLanguage = "unknown-language", Error,
        "add this fence to the page reader";
    /// A `:::` block with an unknown title.
    UnknownAlert = "unknown-alert", Error,
        "add this title, and what it means for an operation, to the page reader";
    /// `Requires … permissions:` with an unknown word.
    UnknownRequire = "unknown-require", Error,
        "add this word to the page reader; permissions decide who may call";
    /// A name that is not an identifier.
    BadName = "bad-name", Error,
        "correct the name; Rust names are made from it";
    /// An invalid path template.
    BadPath = "bad-path", Error,
        "write `/segment/{name}`; characters that must be escaped in a URL are not allowed in a path";
    /// A table row with too few cells.
    MissingCell = "missing-cell", Error,
        "add the missing cells; without them it is unclear which fact is in which cell";
    /// A table row with too many cells.
    ExtraCell = "extra-cell", Warning,
        "the pipe is read as part of the text; write it as `\\|`";
    /// A row of the operation table without a section.
    MissingSection = "missing-section", Error,
        "add the operation's section, or remove its row; otherwise an operation would be lost";
    /// A section without a row in the operation table.
    MissingRow = "missing-row", Warning,
        "the section is used; the summary is its first paragraph";
    /// A row of the operation table differs from the section.
    RowMismatch = "row-mismatch", Warning,
        "the section is used; if the table is right, correct it in the overlay";
    /// A row's summary that is not in the section.
    SummaryMismatch = "summary-mismatch", Warning,
        "both are kept: the row's as the summary, the section's as the description";
    /// A section without `Type id(args)`.
    MissingSignature = "missing-signature", Error,
        "add the signature; the section cannot be read without it";
    /// A section without an anchor.
    MissingAnchor = "missing-anchor", Warning,
        "the signature is used as the start of the section";
    /// An anchor that is not the signature's name.
    AnchorMismatch = "anchor-mismatch", Warning,
        "the signature is used";
    /// A section without `METHOD /path`.
    MissingRequest = "missing-request", Error,
        "add the line; without it the operation cannot be called";
    /// A second line `METHOD /path` in a section.
    SecondRequest = "second-request", Warning,
        "the first is used; the second is kept as a line of the description";
    /// A section without its parameters.
    MissingParameters = "missing-parameters", Error,
        "add the table, or the sentence that there are none";
    /// A section without an example.
    MissingExample = "missing-example", Warning,
        "nothing is lost; the example only confirms the rest";
    /// A section without a return type.
    MissingReturn = "missing-return", Warning,
        "the signature's type is used";
    /// A part that a section has twice.
    DuplicatePart = "duplicate-part", Error,
        "remove one of them; the second would be lost";
    /// An operation that is on its page twice.
    DuplicateOperation = "duplicate-operation", Error,
        "remove one of them; otherwise one would be lost";
    /// A method and path that are on a page twice.
    DuplicateEndpoint = "duplicate-endpoint", Warning,
        "both operations are kept; they do the same";
    /// A parameter that is listed twice.
    DuplicateParameter = "duplicate-parameter", Error,
        "remove one of the rows; otherwise one would be lost";
    /// A permission that is listed twice.
    DuplicatePermission = "duplicate-permission", Warning,
        "it is kept once";
    /// A value that is listed twice.
    DuplicateValue = "duplicate-value", Warning,
        "it is kept once";
    /// A list of permissions without `Requires …`.
    StrayPermissions = "stray-permissions", Error,
        "add the line `Requires ANY permissions:` or `Requires ALL permissions:`";
    /// `Requires …` without a list.
    EmptyPermissions = "empty-permissions", Error,
        "list the permissions, or write `Requires NO permissions:`";
    /// `Requires NO permissions:` with a list.
    UnexpectedPermissions = "unexpected-permissions", Warning,
        "the list is kept";
    /// An item of a permission list that is not a permission.
    PermissionForm = "permission-form", Warning,
        "its text is kept in the description; name the permissions in the overlay";
    /// A parameter that only the signature or the example has.
    ParameterMissing = "parameter-missing", Error,
        "add its row to the table; otherwise a parameter would be lost";
    /// A name in the path that is not a parameter.
    PathParameterMissing = "path-parameter-missing", Error,
        "add its row to the table; the path can't be filled in without it";
    /// A parameter of the path that is optional.
    PathParameterOptional = "path-parameter-optional", Warning,
        "it is treated as required";
    /// The signature does not fit the table of parameters.
    SignatureMismatch = "signature-mismatch", Warning,
        "the table is used";
    /// The example does not fit the section.
    ExampleMismatch = "example-mismatch", Warning,
        "the table of parameters is used";
    /// The heading's type is not the return type.
    ReturnMismatch = "return-mismatch", Warning,
        "the part `Return type` is used";
    /// A preview note about another operation.
    PreviewMismatch = "preview-mismatch", Warning,
        "the section's operation is treated as a preview";
    /// A default that is not among the documented values.
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
        "remove one of the rows; otherwise one would be lost";
    /// An enum of a model's page without its values.
    MissingValues = "missing-values", Warning,
        "the field is treated as a text with any value; add the section `## Enum: …` with its table";
    /// A section of values that no field of the page uses.
    UnusedValues = "unused-values", Warning,
        "it is unknown which field has these values; correct the field's type in the overlay";
    /// A code block that never ends.
    UnclosedFence = "unclosed-fence", Error,
        "close the fence; otherwise it includes all that follows";
    /// A `:::` block that never ends.
    UnclosedAlert = "unclosed-alert", Error,
        "close it with `:::`; otherwise it includes all that follows";
    /// A path parameter that the path template does not name.
    PlaceholderMissing = "placeholder-missing", Error,
        "correct `in` or `wire` of the parameter in the overlay";
    /// An operation with more than one request body.
    SeveralBodies = "several-bodies", Error,
        "say in the overlay where the other one goes (`in: query`)";
    /// Two parameters or fields with the same name on the wire.
    WireNameTwice = "wire-name-twice", Error,
        "correct `wire` of one of them in the overlay";
    /// A page of operations whose names are not those on the wire.
    NamesNotOnWire = "names-not-on-wire", Error,
        "move the page into docs/typed, which gives its types, and put the JavaScript or Java page of the same \
         operations into docs";
    /// A header field whose name HTTP does not allow.
    WireNameInvalid = "wire-name-invalid", Error,
        "correct `wire` of the parameter in the overlay";
    /// A type that is not possible at its place.
    UnfitType = "unfit-type", Error,
        "correct `type` or `in` in the overlay, or the entry of models.yaml";
    /// An entry of the overlay for something that the docs don't have.
    OverlayMatchesNothing = "overlay-matches-nothing", Error,
        "the docs may have changed; remove the entry, or correct its name";
    /// An entry of the overlay that changes nothing, because the docs already say it.
    OverlayChangesNothing = "overlay-changes-nothing", Error,
        "the docs now say this themselves; remove the line";
    /// An entry of the overlay that does not fit the operation.
    UnfitOverlay = "unfit-overlay", Error,
        "correct the entry; it needs a reason, and must fit the parameters and the returned model";
    /// An entry of the overlay for what the docs do not have.
    OverlayIgnored = "overlay-ignored", Warning,
        "nothing to do if the page or model comes with other docs; correct the name if it is misspelt";
    /// An invalid entry of models.yaml.
    UnfitModel = "unfit-model", Error,
        "correct the entry; a model without a description is listed as `opaque: true`";
    /// An entry of client.yaml that cannot be rendered or pulled by.
    InvalidConfig = "invalid-config", Error,
        "correct client.yaml; the rendered client would not build or could not log in";
    /// An entry of client.yaml for a page that is not there.
    ConfigIgnored = "config-ignored", Warning,
        "nothing to do if the page comes with other docs; correct the name if it is misspelt";
    /// A conflict that a merge left.
    ConflictMarker = "conflict-marker", Error,
        "keep one side of the conflict, and remove the marker lines";
    /// Two pages of one name.
    PageTwice = "page-twice", Error,
        "remove one of the files; otherwise one would overwrite the other";
    /// An operation that is on two pages with the same facts.
    OperationOnSeveralPages = "operation-on-several-pages", Warning,
        "it is rendered once, and callable from each page";
    /// An operation that is on two pages with different facts.
    CopiesDiffer = "copies-differ", Warning,
        "the copy of the page that comes first by name is rendered; correct the wrong one in the overlay";
    /// An id that means one operation on one page and another one elsewhere.
    IdOfTwoOperations = "id-of-two-operations", Warning,
        "both are kept, each under its page";
    /// A method and path that have another id on another page.
    OperationUnderTwoIds = "operation-under-two-ids", Warning,
        "both are kept; they send the same request";
    /// The primary page and the typed docs differ about an operation.
    TellingsDiffer = "tellings-differ", Warning,
        "the type is taken from the typed docs, everything else from the primary page; correct what is wrong in the overlay";
    /// An operation that is on two typed pages with different types.
    TypedCopiesDiffer = "typed-copies-differ", Warning,
        "the copy on the page of the primary page's name is used, else the first by name; remove the wrong one";
    /// An operation or parameter that only the primary pages have.
    NotInTyped = "not-in-typed", Warning,
        "it keeps the primary page's types; the docs may be of different states of the API";
    /// An operation or parameter that only the typed docs have.
    OnlyInTyped = "only-in-typed", Warning,
        "it is not part of the client; the docs may be of different states of the API";
    /// A type that is named like a model and is a text on the wire.
    TextInDisguise = "text-in-disguise", Note,
        "it is read and written as a string; a page of that name, or an entry of models.yaml, makes it a model";
    /// A documented value of `expand` that is not a field of the returned model.
    UnknownExpand = "unknown-expand", Note,
        "compare with a response of the API; add a missing field to models.yaml, or the docs are wrong";
    /// A model that two pages or two entries describe.
    ModelTwice = "model-twice", Error,
        "remove one of them; otherwise one would be lost";
    /// models.yaml differs from the model's page.
    ModelsContradict = "models-contradict", Warning,
        "the page is used; remove the entry from models.yaml, and correct the page in the overlay if it is wrong";
    /// A model of models.yaml that no operation uses.
    UnreachedModel = "unreached-model", Warning,
        "remove the entry if the docs no longer name it";
    /// An operation that may start a job.
    DoubtfulJob = "doubtful-job", Note,
        "without `job` it has no `wait()`; describe its job in the overlay, or write `job: none`";
    /// `notifications.json` is not JSON of its shape.
    InvalidTopics = "invalid-topics", Error,
        "the file holds `{\"notifications\": [{\"topic\": …, \"class\": …}]}` and no more; pull it again, or \
         teach `generator/src/topics.rs` its new form";
    /// A topic template that is none.
    BadTopic = "bad-topic", Error,
        "write segments between dots, `{id}` where an id stands: `v2.users.{id}.presence`";
    /// A topic that is listed twice.
    DuplicateTopic = "duplicate-topic", Error,
        "remove one of the entries; otherwise one would be lost";
    /// Topics that differ in where their ids stand alone.
    TopicWordsShared = "topic-words-shared", Note,
        "nothing to do: in Rust the one with more ids has `id` in its name where they stand. A new topic may so \
         rename an older one, which `cargo xtask diff` reports as breaking";
    /// A topic whose model nothing describes.
    TopicModelUnknown = "topic-model-unknown", Warning,
        "add the model's page (`docs/typed`) or its entry in models.yaml; until then an event's body is JSON";
    /// A field whose key in JSON may be spelled differently.
    DoubtfulWireName = "doubtful-wire-name", Note,
        "compare with a response of the API; if the key differs, set it in the overlay under `models`";
}

impl Code {
    /// The name, as shown in output.
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

//! One change between two versions of the API.
//!
//! Ids that oasdiff has (its list of checks, 1.31) have the same meaning; the others are named in the same
//! style. Ids are spelled only in the table in [`Id::facts`].

use serde::Serialize;
use sha2::{Digest, Sha256};
use spec::Method;
use std::fmt;

/// How bad a change is for a caller. Ordered, the worst last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Impact {
    /// Callers do not notice.
    #[default]
    None,
    /// More is possible, and everything still works.
    Compatible,
    /// A call may fail that worked, or code may no longer compile.
    Breaking,
}

impl Impact {
    /// As shown and as in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Compatible => "compatible",
            Self::Breaking => "breaking",
        }
    }
}

impl fmt::Display for Impact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The effect of a permission change on who may call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Access {
    /// Some callers lose access.
    Narrowed,
    /// Some who could not call now can.
    Widened,
    /// The same callers have access.
    Same,
}

impl Access {
    /// As shown.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Narrowed => "narrowed",
            Self::Widened => "widened",
            Self::Same => "same callers",
        }
    }

    /// What it means for a call that worked.
    pub(super) fn wire(self) -> Impact {
        match self {
            Self::Narrowed => Impact::Breaking,
            Self::Widened => Impact::Compatible,
            Self::Same => Impact::None,
        }
    }
}

/// What a change is about; also what the HTML page filters by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// An operation as a whole.
    Operation,
    /// Who may call.
    Permission,
    /// A parameter or the request body.
    Parameter,
    /// The response.
    Response,
    /// A model or one of its fields.
    Model,
    /// A notification topic.
    Topic,
    /// Text for people.
    Prose,
    /// The order in which things are documented.
    Order,
}

impl Kind {
    /// Whether only readers of the docs see such a change.
    pub fn is_editorial(self) -> bool {
        match self {
            Self::Prose | Self::Order => true,
            Self::Operation
            | Self::Permission
            | Self::Parameter
            | Self::Response
            | Self::Model
            | Self::Topic => false,
        }
    }

    /// As shown.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Operation => "operation",
            Self::Permission => "permission",
            Self::Parameter => "parameter",
            Self::Response => "response",
            Self::Model => "model",
            Self::Topic => "topic",
            Self::Prose => "prose",
            Self::Order => "order",
        }
    }
}

/// Declares [`Id`] with the name and kind of each.
macro_rules! ids {
    ($($(#[doc = $doc:literal])* $id:ident = $name:literal, $kind:ident;)*) => {
        /// Which rule found a change.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Id { $($(#[doc = $doc])* $id,)* }

        impl Id {
            /// Every id, in the order of this table.
            pub const ALL: &[Self] = &[$(Self::$id,)*];

            /// Name and kind of every id, in one subject.
            fn facts(self) -> (&'static str, Kind) {
                match self { $(Self::$id => ($name, Kind::$kind),)* }
            }
        }
    };
}

ids! {
    /// A page, with its module and feature, is new.
    PageAdded = "api-page-added", Operation;
    /// A page is gone.
    PageRemoved = "api-page-removed", Operation;
    /// What the paths of a page are relative to.
    BaseUrlChanged = "api-base-url-changed", Operation;
    /// oasdiff's.
    EndpointAdded = "endpoint-added", Operation;
    /// oasdiff's.
    RemovedWithoutDeprecation = "api-removed-without-deprecation", Operation;
    /// oasdiff's.
    RemovedWithDeprecation = "api-removed-with-deprecation", Operation;
    /// The same method and path under another documented name.
    OperationRenamed = "operation-renamed", Operation;
    /// The same operation on another page.
    OperationMoved = "operation-moved", Operation;
    /// The operation stands on one more page.
    AddedToPage = "operation-added-to-page", Operation;
    /// The operation stands on one page less.
    RemovedFromPage = "operation-removed-from-page", Operation;
    /// oasdiff's.
    EndpointDeprecated = "endpoint-deprecated", Operation;
    /// oasdiff's.
    EndpointReactivated = "endpoint-reactivated", Operation;
    /// oasdiff's; here: it became preview.
    StabilityDecreased = "api-stability-decreased", Operation;
    /// oasdiff's; here: it is preview no more.
    StabilityIncreased = "api-stability-increased", Operation;
    /// It is known to only read, or no longer.
    SafeChanged = "operation-safe-changed", Operation;
    /// The job that it starts is waited for in another way.
    JobChanged = "operation-job-changed", Operation;
    /// It can be paged through.
    PagingAdded = "paging-added", Operation;
    /// It cannot be paged through any more.
    PagingRemoved = "paging-removed", Operation;
    /// Further pages are asked for in another way.
    PagingChanged = "paging-changed", Operation;
    /// The job that it starts can be waited for.
    JobAdded = "operation-job-added", Operation;
    /// The job that it starts cannot be waited for any more.
    JobRemoved = "operation-job-removed", Operation;
    /// The list names more permissions.
    PermissionAdded = "permission-added", Permission;
    /// The list names fewer permissions.
    PermissionRemoved = "permission-removed", Permission;
    /// The list names some permissions no more, and others instead.
    PermissionReplaced = "permission-replaced", Permission;
    /// Any, all, none, or not said; with what else of the block changed.
    PermissionsRequireChanged = "permissions-require-changed", Permission;
    /// oasdiff's.
    NewPathParameter = "new-request-path-parameter", Parameter;
    /// oasdiff's.
    NewRequiredParameter = "new-required-request-parameter", Parameter;
    /// oasdiff's.
    NewOptionalParameter = "new-optional-request-parameter", Parameter;
    /// oasdiff's.
    ParameterRemoved = "request-parameter-removed", Parameter;
    /// The same parameter on the wire under another documented name.
    ParameterRenamed = "request-parameter-renamed", Parameter;
    /// oasdiff's.
    ParameterBecameRequired = "request-parameter-became-required", Parameter;
    /// oasdiff's.
    ParameterBecameOptional = "request-parameter-became-optional", Parameter;
    /// oasdiff's.
    ParameterTypeChanged = "request-parameter-type-changed", Parameter;
    /// oasdiff's: whatever was taken still is.
    ParameterTypeGeneralized = "request-parameter-type-generalized", Parameter;
    /// oasdiff's.
    ParameterBecameEnum = "request-parameter-became-enum", Parameter;
    /// The docs list no values any more.
    ParameterEnumRemoved = "request-parameter-became-not-enum", Parameter;
    /// oasdiff's.
    ParameterEnumValueAdded = "request-parameter-enum-value-added", Parameter;
    /// oasdiff's.
    ParameterEnumValueRemoved = "request-parameter-enum-value-removed", Parameter;
    /// oasdiff's.
    ParameterDefaultAdded = "request-parameter-default-value-added", Parameter;
    /// oasdiff's.
    ParameterDefaultChanged = "request-parameter-default-value-changed", Parameter;
    /// oasdiff's.
    ParameterDefaultRemoved = "request-parameter-default-value-removed", Parameter;
    /// Another key or header field.
    ParameterWireNameChanged = "request-parameter-wire-name-changed", Parameter;
    /// Path, query, header or body.
    ParameterLocationChanged = "request-parameter-location-changed", Parameter;
    /// OpenAPI's `explode`.
    ParameterExplodeChanged = "request-parameter-explode-changed", Parameter;
    /// Required parameters are positional.
    ParameterOrderChanged = "request-parameter-order-changed", Order;
    /// oasdiff's.
    BodyAddedRequired = "request-body-added-required", Parameter;
    /// oasdiff's.
    BodyAddedOptional = "request-body-added-optional", Parameter;
    /// The request has no body any more.
    BodyRemoved = "request-body-removed", Parameter;
    /// oasdiff's.
    BodyBecameRequired = "request-body-became-required", Parameter;
    /// oasdiff's.
    BodyBecameOptional = "request-body-became-optional", Parameter;
    /// oasdiff's.
    BodyTypeChanged = "request-body-type-changed", Parameter;
    /// oasdiff's.
    BodyTypeGeneralized = "request-body-type-generalized", Parameter;
    /// oasdiff's.
    ResponseTypeChanged = "response-body-type-changed", Response;
    /// The body comes in another format.
    ResponseMediaTypeChanged = "response-media-type-changed", Response;
    /// A model is new.
    ModelAdded = "model-added", Model;
    /// A model is gone.
    ModelRemoved = "model-removed", Model;
    /// Nothing describes it any more.
    ModelBecameOpaque = "model-became-opaque", Model;
    /// Something describes it now.
    ModelBecameTyped = "model-became-typed", Model;
    /// A field that need not be sent.
    FieldAddedOptional = "model-field-added-optional", Model;
    /// A field that must be sent.
    FieldAddedRequired = "model-field-added-required", Model;
    /// A field is gone.
    FieldRemoved = "model-field-removed", Model;
    /// The same key in JSON under another documented name.
    FieldRenamed = "model-field-renamed", Model;
    /// Another key in JSON.
    FieldWireNameChanged = "model-field-wire-name-changed", Model;
    /// Its type.
    FieldTypeChanged = "model-field-type-changed", Model;
    /// It must be sent now.
    FieldBecameRequired = "model-field-became-required", Model;
    /// It need not be sent any more.
    FieldBecameOptional = "model-field-became-optional", Model;
    /// The docs list its values now.
    FieldBecameEnum = "model-field-became-enum", Model;
    /// The docs list no values any more.
    FieldEnumRemoved = "model-field-became-not-enum", Model;
    /// One documented value more.
    FieldEnumValueAdded = "model-field-enum-value-added", Model;
    /// One documented value less.
    FieldEnumValueRemoved = "model-field-enum-value-removed", Model;
    /// The docs list the fields in another order.
    FieldOrderChanged = "model-field-order-changed", Order;
    /// A notification topic is new.
    TopicAdded = "notification-topic-added", Topic;
    /// The topic is gone.
    TopicRemoved = "notification-topic-removed", Topic;
    /// The same topic, with another name of an id or another function in Rust.
    TopicRenamed = "notification-topic-renamed", Topic;
    /// Its events carry another model.
    TopicModelChanged = "notification-topic-model-changed", Topic;
    /// The row of the operation table.
    SummaryChanged = "operation-summary-changed", Prose;
    /// The section's text.
    DescriptionChanged = "operation-description-changed", Prose;
    /// A parameter's text.
    ParameterDescriptionChanged = "request-parameter-description-changed", Prose;
    /// A field's text.
    FieldDescriptionChanged = "model-field-description-changed", Prose;
    /// The page lists its operations in another order.
    OperationOrderChanged = "operation-order-changed", Order;
    /// The list of permissions is in another order.
    PermissionOrderChanged = "permission-order-changed", Order;
    /// The list of values is in another order.
    ValueOrderChanged = "enum-value-order-changed", Order;
}

impl Id {
    /// As shown, in JSON, and as searched for.
    pub fn name(self) -> &'static str {
        self.facts().0
    }

    /// What it is about.
    pub fn kind(self) -> Kind {
        self.facts().1
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What a change is a change of. Whatever does not apply is absent.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Subject {
    /// The page.
    pub api: Option<String>,
    /// The operation's documented name; the new one where it was renamed.
    pub operation: Option<String>,
    /// The operation's method.
    pub method: Option<Method>,
    /// The operation's path template.
    pub path: Option<String>,
    /// The parameter's documented name.
    pub parameter: Option<String>,
    /// The model.
    pub model: Option<String>,
    /// The field's documented name.
    pub field: Option<String>,
    /// The topic's template; the new one where an id in it was renamed.
    pub topic: Option<String>,
}

impl Subject {
    /// The operation, model or topic; nothing for a page itself.
    pub fn name(&self) -> Option<&str> {
        let name = self.operation.as_ref().or(self.model.as_ref());
        name.or(self.topic.as_ref()).map(String::as_str)
    }
}

/// One change.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Change {
    /// Of what.
    pub subject: Subject,
    /// Which rule found it.
    pub id: Id,
    /// What it was, where there was something.
    pub old: Option<String>,
    /// What it is, where there is something.
    pub new: Option<String>,
    /// For requests and responses on the wire.
    pub wire: Impact,
    /// For code that uses the client crate.
    pub rust: Impact,
    /// For who may call; permission changes only.
    pub access: Option<Access>,
    /// Why it matters, in a sentence or two.
    pub text: String,
    /// How code names the operation, `users().get_user`; the new name where there are two.
    pub rust_name: Option<String>,
}

impl Change {
    /// The worse of the two impacts.
    pub fn worst(&self) -> Impact {
        self.wire.max(self.rust)
    }

    /// Sixteen hex digits of the rule, the place, the old and the new: the same whatever stands
    /// around the change, however it is worded and however bad it is held to be.
    pub fn fingerprint(&self) -> String {
        let subject = &self.subject;
        let mut hash = Sha256::new();
        let parts = [
            Some(self.id.name()),
            subject.api.as_deref(),
            subject.operation.as_deref(),
            subject.method.map(Method::as_str),
            subject.path.as_deref(),
            subject.parameter.as_deref(),
            subject.model.as_deref(),
            subject.field.as_deref(),
            self.old.as_deref(),
            self.new.as_deref(),
        ];
        // Only where there is one: approvals that were written before there were topics go on to match.
        let topic = subject.topic.as_deref().map(Some);
        for part in parts.into_iter().chain(topic) {
            // Each part with its length, so that no two lists of parts look alike; absent is not
            // the same as empty.
            let length = part.map_or(u64::MAX, |text| text.len() as u64);
            hash.update(length.to_le_bytes());
            hash.update(part.unwrap_or_default());
        }
        hash.finalize()[..8]
            .iter()
            .fold(String::with_capacity(16), |mut text, byte| {
                use fmt::Write as _;
                write!(text, "{byte:02x}").expect("writing to a String cannot fail");
                text
            })
    }
}

import Broker

/// A row of the table: a path of JSM, and what it is for.
///
/// A path is written in segments without a leading slash. `{portal}`, `{desk}`, `{type}`, `{key}` and `{project}` stand for
/// one segment that names something, `{any}` for one that does not, and `**` at the end for all that follows. A word goes
/// before a placeholder.
struct Route: Sendable {
    let path: String
    /// What GET and HEAD are for.
    let look: RequestKind
    /// What every other method is for.
    let act: RequestKind
    /// What a body of those has to be read as.
    let body: BodyForm?
    /// What else has to be true.
    let proviso: Proviso?

    /// What a path alone does not tell.
    enum Proviso: Sendable {
        /// It is the link of a mail only in exactly the form in which it is mailed.
        case mailLink(MailLink)
        /// The path behind `_` is what JSM serves.
        case cacheBuster
        /// It names an issue by its number, in path or query.
        case issueNumber
    }

    init(
        _ path: String, _ look: RequestKind, act: RequestKind? = nil, body: BodyForm? = nil, _ proviso: Proviso? = nil
    ) {
        self.path = path
        self.look = look
        self.act = act ?? look
        self.body = body
        self.proviso = proviso
    }

    /// A path that is only looked at: another method is nothing that is known.
    static func looking(_ path: String, _ kind: RequestKind, _ proviso: Proviso? = nil) -> Route {
        Route(path, kind, act: .unknown, proviso)
    }

    /// A path that is only called: GET is nothing that is known.
    static func calling(
        _ path: String, _ kind: RequestKind, body: BodyForm? = nil, _ proviso: Proviso? = nil
    ) -> Route {
        Route(path, .unknown, act: kind, body: body, proviso)
    }
}

import Hummingbird
import NIOCore

/// The context of one request.
struct WebContext: RequestContext {
    var coreContext: CoreRequestContextStorage

    init(source: ApplicationRequestContextSource) { coreContext = .init(source: source) }

    /// No body of a page's form is larger.
    var maxUploadSize: Int { 64 * 1024 }
}

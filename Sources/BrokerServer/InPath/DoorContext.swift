import Hummingbird
import NIOCore

/// The context of a request to the public listener, before anybody knows whether it is for us or for a site.
struct DoorContext: InitializableFromSource {
    /// For our own pages.
    let web: WebContext
    let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        web = WebContext(source: source)
        channel = source.channel
    }
}

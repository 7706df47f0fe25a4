import CWebAssets

/// One embedded file.
package struct WebAsset: Sendable {
    /// Path below the asset folder, such as `static/vestibule.css`.
    package let name: String
    /// The value of `Content-Type`.
    package let contentType: String
    package let bytes: [UInt8]
    /// Changes whenever the bytes change; the `v` of an asset's URL and its entity tag.
    package let version: String

    /// The embedded file of that path.
    package static func named(_ name: String) -> WebAsset? { all[name] }

    /// The file that browsers may fetch under that name; templates are not among them.
    package static func published(_ name: String) -> WebAsset? { all["static/\(name)"] }

    /// Every embedded file by path.
    package static let all: [String: WebAsset] = {
        let assets = (0..<CWebAssetCount()).compactMap { CWebAssetAt($0).map { WebAsset($0.pointee) } }
        return Dictionary(assets.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }()

    private init(_ asset: CWebAsset) {
        name = String(cString: asset.name)
        contentType = String(cString: asset.contentType)
        bytes = Array(UnsafeBufferPointer(start: asset.bytes, count: asset.length))
        version = Self.version(of: bytes)
    }

    /// 64-bit FNV-1a in hex.
    ///
    /// It tells two builds apart in a cache; nothing is authenticated by it.
    static func version(of bytes: some Sequence<UInt8>) -> String {
        let hash = bytes.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

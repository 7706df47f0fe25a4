import CXMLSec
import Foundation

/// An element of a parsed document.
///
/// It offers its own children and attributes and nothing below them: there is no search.
package struct XMLElement: Sendable {
    let document: XMLDocument
    let position: Int32

    private var entry: vx_element { document.elements[Int(position)] }

    // MARK: Names

    /// Whether the element has this name.
    package func isNamed(_ name: XMLName) -> Bool { Self.matches(entry, name) }

    /// Whether the element is in this namespace.
    package func isInNamespace(_ namespace: XMLNamespace) -> Bool { entry.namespace_number == namespace.number }

    /// The local part of the name.
    package var localName: String { String(cString: entry.name) }
    /// The namespace name; empty for none.
    package var namespace: String { String(cString: entry.namespace_uri) }

    // MARK: Children

    /// The element children in order.
    package var children: XMLChildren { XMLChildren(document: document, first: entry.first_child) }

    /// The children of this name in order.
    package func children(_ name: XMLName) -> [XMLElement] { children.filter { $0.isNamed(name) } }

    /// Whether there are element children.
    package var hasChildren: Bool { entry.first_child >= 0 }

    /// The first child of this name.
    package func first(_ name: XMLName) -> XMLElement? { children.first { $0.isNamed(name) } }

    /// The one child of this name; nil where there is none or more than one.
    package func only(_ name: XMLName) -> XMLElement? {
        var found: XMLElement?
        for child in children where child.isNamed(name) {
            guard found == nil else { return nil }
            found = child
        }
        return found
    }

    /// The element that this one stands in.
    package var parent: XMLElement? {
        entry.parent < 0 ? nil : XMLElement(document: document, position: entry.parent)
    }

    /// Whether the element stands outermost.
    package var isRoot: Bool { position == 0 }

    // MARK: Text

    /// The text of an element without element children and remarks, whole; nil for any other.
    package var text: String? {
        let entry = entry
        guard entry.flags & UInt32(VX_HAS_REMARKS) == 0, let text = entry.text else { return nil }
        return String(
            decoding: UnsafeRawBufferPointer(start: text, count: Int(entry.text_count)), as: UTF8.self)
    }

    /// Whether text stands beside element children.
    package var isMixed: Bool {
        let both = UInt32(VX_HAS_ELEMENTS) | UInt32(VX_HAS_TEXT)
        return entry.flags & both == both
    }

    // MARK: Attributes

    /// The attributes, namespace declarations excepted.
    package var attributes: [XMLAttribute] {
        let entry = entry
        return (entry.first_attribute..<entry.first_attribute + entry.attribute_count).map {
            XMLAttribute(document: document, position: $0)
        }
    }

    /// How many attributes there are.
    package var attributeCount: Int { Int(entry.attribute_count) }

    /// The value of the attribute of this name without a prefix.
    package func attribute(_ name: StaticString) -> String? {
        document.attribute(name, of: entry).map {
            String(decoding: UnsafeRawBufferPointer(start: $0.value, count: Int($0.value_count)), as: UTF8.self)
        }
    }

    /// Whether the attribute of this name without a prefix has this value, octet for octet.
    package func attribute(_ name: StaticString, is value: String) -> Bool {
        guard let entry = document.attribute(name, of: entry) else { return false }
        return value.isSame(as: UnsafeRawBufferPointer(start: entry.value, count: Int(entry.value_count)))
    }

    /// Whether the element is a leaf whose whole text is this, octet for octet.
    package func holds(text: String) -> Bool {
        let entry = entry
        guard entry.flags & UInt32(VX_HAS_REMARKS) == 0, let start = entry.text else { return false }
        return text.isSame(as: UnsafeRawBufferPointer(start: start, count: Int(entry.text_count)))
    }

    private static func matches(_ entry: vx_element, _ name: XMLName) -> Bool {
        entry.namespace_number == name.namespace.number && strcmp(entry.name, name.local.pointer) == 0
    }
}

/// One attribute.
package struct XMLAttribute: Sendable {
    let document: XMLDocument
    let position: Int32

    private var entry: vx_attribute { document.attributes[Int(position)] }

    /// The local part of the name.
    package var localName: String { String(cString: entry.name) }
    /// The namespace name; nil for an attribute without prefix.
    package var namespace: String? { entry.namespace_uri.map { String(cString: $0) } }
    /// The value, after the parser's normalisation.
    package var value: String {
        String(
            decoding: UnsafeRawBufferPointer(start: entry.value, count: Int(entry.value_count)), as: UTF8.self)
    }
}

/// The element children of an element.
package struct XMLChildren: Sequence, Sendable {
    let document: XMLDocument
    let first: Int32

    /// Walks the children in order.
    package struct Iterator: IteratorProtocol {
        let document: XMLDocument
        var following: Int32

        package mutating func next() -> XMLElement? {
            guard following >= 0 else { return nil }
            defer { following = document.elements[Int(following)].next_sibling }
            return XMLElement(document: document, position: following)
        }
    }

    package func makeIterator() -> Iterator { Iterator(document: document, following: first) }
}

extension XMLDocument {
    /// The attribute of this name without a prefix.
    func attribute(_ name: StaticString, of element: vx_element) -> vx_attribute? {
        for at in element.first_attribute..<element.first_attribute + element.attribute_count {
            let attribute = attributes[Int(at)]
            if attribute.namespace_uri == nil, strcmp(attribute.name, name.pointer) == 0 { return attribute }
        }
        return nil
    }
}

extension String {
    /// Whether the text is these octets; `==` would also accept canonical equivalents.
    fileprivate func isSame(as octets: UnsafeRawBufferPointer) -> Bool {
        var text = self
        return text.withUTF8 { utf8 in
            guard utf8.count == octets.count, let left = utf8.baseAddress, let right = octets.baseAddress else {
                return utf8.isEmpty && octets.isEmpty
            }
            return memcmp(left, right, octets.count) == 0
        }
    }
}

extension StaticString {
    /// The literal as C sees it: it ends in a zero byte.
    var pointer: UnsafePointer<CChar> {
        UnsafeRawPointer(utf8Start).assumingMemoryBound(to: CChar.self)
    }
}

// Carries the compiler and linker flags of zlib; only CXMLSec includes its headers.

/// A venue whose address is to be looked up.
struct DueVenue: Equatable {
  let id: Int
  /// The address as it is stored, in one line.
  let query: String
  /// Its SHA-256, by which the venue is seen to have the same address when the result is written.
  let queryHash: String
  let address: PostalAddress
  /// The misses of this address in a row until now.
  let misses: Int
}

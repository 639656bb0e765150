#include "checker/certificate_verifier.h"

#include <algorithm>

#include "checker/certificates/certificates.h"

namespace picklock {
namespace {

using certificates::Claim;

std::string unless(bool is_proof, std::string_view objection) {
  return is_proof ? std::string() : std::string(objection);
}

std::string verify_claim(const Claim& claim) {
  using namespace certificates;
  switch (claim.judgement.certificate.kind) {
    case CertificateKind::none:
      return "there is no certificate";
    case CertificateKind::linearization:
      return why_no_linearization(claim);
    case CertificateKind::overlap:
      return unless(is_overlap(claim), "the holds need not overlap");
    case CertificateKind::lease_overlap:
      return unless(is_lease_overlap(claim), "the leases may come one after another");
    case CertificateKind::refusal:
      return unless(is_free_refusal(claim), "somebody may have held the lock");
    case CertificateKind::fence_inversion:
      return unless(is_fence_inversion(claim), "the tokens need not be in this order");
    case CertificateKind::crowd:
      return unless(is_crowd(claim), "the other operations may come between these");
    case CertificateKind::misuse:
      return unless(is_misuse(claim), "its owner does not contradict itself");
    case CertificateKind::unexplained_subset:
      return why_not_unexplained(claim);
  }
  return {};
}

}  // namespace

std::string verify(const OperationHistory& history, const Judgement& judgement, Watch* watch) {
  if (judgement.status == Status::undecided) return {};
  const auto& [kind, operations] = judgement.certificate;
  const bool is_positive = kind <= CertificateKind::linearization;
  if ((judgement.status == Status::holds) != is_positive) {
    return "the certificate is of the other verdict";
  }
  const auto exists = [&](std::uint32_t place) { return place < history.operations.size(); };
  if (!std::ranges::all_of(operations, exists)) return "it names what is not in the history";
  return verify_claim({history, judgement, operations, watch});
}

}  // namespace picklock

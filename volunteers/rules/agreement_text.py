"""The sentences that a volunteer answers beside volunteering (domain.md VOL-17, PRI). Pure.

What was shown is kept as a digest of the Chinese sentence: a changed sentence asks anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256

from core.rules import N_
from volunteers.rules.resting import AgreementKind

SENTENCES: Mapping[AgreementKind, str] = {
    AgreementKind.PHOTO: N_("同意组织在宣传红十字工作时使用服务现场拍到我的照片"),
    AgreementKind.INSURANCE: N_("同意组织为我办理志愿服务保险时，把姓名和证件号交给保险公司"),
    AgreementKind.CONTACT: N_("同意志愿服务队的队长看到我的手机号，方便联系"),
    AgreementKind.SHARING: N_(
        "同意组织把我的志愿者资料、服务、培训、荣誉和证明报送全国和全省志愿服务信息系统"
    ),
}


def digest_of(kind: AgreementKind) -> str:
    """Return the digest of the sentence that a volunteer is shown."""
    return sha256(SENTENCES[kind].encode()).hexdigest()

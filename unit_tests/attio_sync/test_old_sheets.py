"""What an .xls file hides, its errors and its formulas without a result are told as in an .xlsx file."""

from __future__ import annotations

import base64
import zlib
from typing import TYPE_CHECKING

import pytest

from attio_sync.failures import WrongUsage
from attio_sync.rows.readers import rows_of_file
from destination_attio.model.targets import UNREADABLE

if TYPE_CHECKING:
    from pathlib import Path

BARE = zlib.decompress(
    base64.b85decode(
        "c-rk)O-NKx6#njg?>Rb+<BW}gM#CUvHMxm4wa`()TvTRliU?}V2Z=h$q=7<Znadz*RkRV@w6WUsLoI68A~0$Z1cBDFO+i5mo!7"
        "bN-6wC%zyXttcV_PQ?mhS1bI#mz?$5k8v+=p9hjsH<M$Ir#a4Jyd;|VGiULywTcN|sqp5;`WfHo9Wlv5zfEIg}x9a1q=@t%jo1"
        "M?*z@QKPP454!{XQ$SY+SrGzP(CyXlX6euE|n;1*{^EGvy7V=@3ZW4#unyWXKW(bIdKxRna=b+oyR9+J@-Wk1s?O556szv8oW|"
        "@eEEiOWi7Pkd$axjW=GPDU>X#;4m)S(v;A{OPza~-!$|?(y|wxx74X-WFF^dC#r)6;{9Dol#^Ib1DiJ49iLZw0v2e&98MYN;qR"
        "eF+89ry{7qFkVSygCcE<0e8{7`n3@chUC;aKkwVQWv8ux+rLu>FFPIoLZ8R{J-v_gK+-ujEw_A?!gF*W<hvVq|9F-nX}hySp-{"
        "nKRCYRsIQVSFXds6*VGqk;hBi+*HNq1Y{Jh-*8<;nl<cZyvkO#a=nf*L6Y=r=&I3`0~0KBje8r&?p~&MnH|3RPO49SIr=0y`8l"
        "(T>N6elV~LsfnJLuMN!7!C3QV9;G>SX76+O*(PoejakBqgy?I-0jrhRwx@mGaKgt;1LbX#h+#8OM@xpP|vwG6FGaJyKSU|lB1V"
        "H^AE%ByqK6$~LM)YrHq!@LQ`5!DJMn=4i*S)rvBx}o$)dI}|y77V4r@To{?6$YzNd7(@itRksRnk$$zSw6%jYhmi_N&9|-fz~j"
        "ZWi=kL3oX7Y#agB$mZhYZf?^3bY6=Qph*VtN6#PS?@I+&!i4G{BfC36ApnwAMu0@jXXznfD(igChey_7gr4YO(`EThM2I(_Qe@"
        "okuqh}tYCFRc+Si;jKRyoFdU#RFfS<j;n-RwtS$@xncXyN}os~#9zyCqbr{X!{z{$=~W08Y>bo&"
    )
)
"""As libraries write it: B2 is a formula with no result, B3 one with 0 and to be calculated, B5 an error."""
CALCULATED = zlib.decompress(
    base64.b85decode(
        "c-rk)Pe>F|82`ODGp=sB?wSS~EsKzud5JD{&`rT4DziEi5!9FyExN00YoJhB<}rvm6<q``U92wsp$>KH5Eyj`f<WuorJ$gLI(_"
        "e(H@0gQN+K2Wn|<HB_r33Z-#733-kZ1caxykGcCTg{3(yP$b8ZQW@_2$uiQkBV`dwF5{d+MLH^4uIl41&Ek%h-)FG4DYD&EtOx"
        "NANm3cROs4E^Zn%Q%TuL@WDX3*|$TFe&#WZc&M#n*FL^dXni{rgvEO3Dcd-xx%!GWT(VYOeQ-Tw(C4TB5S!XLR8=Zk9o_St*F9"
        "tmB$yZ3QyKTOEzWq{+%6hvlQc?$hA8eCu{dkp^`#4j<0S4_~NhCr-^{Sx_klRe=FpN7U5r)CNK>5giwh%iZXmMRF8$d&OpvljF"
        "BRbu|Id($<AO0Z?me<$c&wKNWR}5Bzk5bO>`*LPqd}mCfeH9MYQd#lG&3=ht>Yg>pfbq-phCuloIVmIoD&n7NTTk=Jw}T`?@-l"
        "$C)$ChE@IvY*enp#YHuu^c;_uxVEO8-xH7#cz(lk6%DLm3)4$%Wj)txm{yV`-RnB5bY<5F%UtH(I<mWs@jAIFuU=2}(T@in#z#"
        "LSH&cD0eR`;J;!Sc4we+UyW<Lc+&?p+k%^M1jlKx%jJ>(tJ>Yw(LVj0!GyZZH4j#-4c8e{6U)NG0Qmeh0SwG3(*T9@E<p)SF?O"
        "pe0__SKVD?@>=Mgt$;Y<Gc*>CKy9RE0k=mP@!anmR9J6vJj+DB5uJ@DvUf839Z6l6)G>3NrP3ywMlaklP1fD*km<KojnbC&tRY"
        ">jAmJZ`^r7qoPS^?QxXeO(oaD#Pyf{v6nP<1arIL07m30Xjm0K9K!5-N0t5&Uz&{pAKBIZ3bW0z=Li)STES0(7Gs%C8gXp6xM}"
        "JG(kfD1PgUiaFb+Cl5ODu7W|GiM*Fj>!{2VLw(&$9EE4$y30>Ti!r9_XE{Dc=ua0BO2xe)ioo3#Zs8#mON>^~`V7)NA`bmizoG"
        "v4sD`{&#6W3Pk"
    )
)
"""The same as an office program saves it, with properties: B2 gave an empty text, and B3 gave 0."""
LOST = {UNREADABLE: "its cell holds a formula without a result"}


def test_a_formula_without_a_result_is_no_blank_cell(tmp_path: Path) -> None:
    """Of the sheet that is read alone; the other sheet has one, too, and hides a row."""
    path = tmp_path / "a.xls"
    path.write_bytes(BARE)
    rows = rows_of_file(path)

    assert [LOST, LOST, 7, None] == [one["pay"] for one in rows.read()]
    assert [
        f"Line 4 of {path} hidden, by a filter or by hand: read like the others.",
        f"Columns of {path} hidden: 'sum'; read like the others.",
        f"Cells of {path} with an error, as #N/A, read as blank: B5.",
    ] == list(rows.remarks[1:4])
    assert f"Cells of {path} with a formula without a result: B2, B3. Open the file" in rows.remarks[4]


def test_a_spreadsheet_program_knows_its_results(tmp_path: Path) -> None:
    """In a file that one saved a 0 is 0, and a formula may give an empty text."""
    path = tmp_path / "a.xls"
    path.write_bytes(CALCULATED)
    rows = rows_of_file(path)

    assert [None, 0, 7, None] == [one["pay"] for one in rows.read()]
    assert not any("without a result" in one for one in rows.remarks)


def test_a_file_that_ends_within_is_refused(tmp_path: Path) -> None:
    """It is not a spreadsheet with fewer rows."""
    path = tmp_path / "a.xls"
    path.write_bytes(BARE[:2048])

    with pytest.raises(WrongUsage, match="not a spreadsheet that can be read"):
        rows_of_file(path)
